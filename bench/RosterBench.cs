using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Bot.Bench.Setup;
using Bot.Core.Data;

namespace Bot.Bench;

/// <summary>
/// The import of a whole region by the operator's command, against the database's plain shell (sqlite3, psql) that reads the same file into
/// a table and builds the same indexes; then the same file with one per cent changed.
/// </summary>
internal static partial class RosterBench
{
    private const double MostOfShell = 4;
    private const double MostOfFirst = 1.0 / 3;
    private const double MostMemoryMb = 600;

    /// <summary>At this many times the region, members study beside the import, too.</summary>
    private const double Beside = 1;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        var report = new Report("roster", options.Database.ToString().ToLowerInvariant());
        var (members, scales) = (options.Members(1_200_000), options.Scales("1"));
        var sizes = new List<Costs>();
        foreach (var scale in scales)
        {
            sizes.Add(await MeasureAsync(options, report, (int)(members * scale), ct));
            Workspace.Say(sizes[^1].ToString());
        }

        foreach (var (name, read) in new (string, Func<Costs, double>)[]
        {
            ("people", c => c.People), ("branches", c => c.Branches), ("shellSeconds", c => c.Shell.TotalSeconds), ("firstSeconds", c => c.First.Time.TotalSeconds),
            ("firstCommitMs", c => c.First.CommitMs), ("changedSeconds", c => c.Again.Time.TotalSeconds), ("changedCommitMs", c => c.Again.CommitMs),
        })
        {
            report.Add(name, sizes.Select(read));
        }

        foreach (var costs in sizes)
        {
            var of = sizes.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"Of{costs.People}");
            report.AddAtMost("ofShell" + of, costs.First.Time / costs.Shell, MostOfShell);
            report.AddAtMost("firstMemoryMb" + of, costs.First.MemoryMb, MostMemoryMb);
            report.AddAtMost("changedOfFirst" + of, costs.Again.Time / costs.First.Time, MostOfFirst);
            report.AddAtMost("changedMemoryMb" + of, costs.Again.MemoryMb, MostMemoryMb);
        }

        foreach (var (small, large) in sizes.Zip(sizes.Skip(1)))
        {
            var tenfold = (double)large.People / small.People / 10;
            report.AddAtMost($"firstGrowthTo{large.People}", large.First.Time / small.First.Time / tenfold, FiguresBench.MostOfTenfold);
            report.AddAtMost($"changedGrowthTo{large.People}", large.Again.Time / small.Again.Time / tenfold, FiguresBench.MostOfTenfold);
        }

        if (scales.Contains(Beside))
        {
            await RosterBesideBench.RunAsync(options, report, ct);
        }

        return report;
    }

    private static async Task<Costs> MeasureAsync(BenchOptions options, Report report, int people, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var region = new Region(people, options.Seed);
        var (first, changed) = (Path.Combine(workspace.Folder, "first.csv"), Path.Combine(workspace.Folder, "changed.csv"));
        Workspace.Say($"writing the files of {region.PeopleCount} people in {region.Branches.Count} branches");
        region.WriteCsv(first);
        region.WriteCsv(changed, changed: 1);
        var shell = await ShellAsync(workspace, first, ct);
        var costs = new Costs(region.PeopleCount, region.Branches.Count, shell, await ImportAsync(workspace, first, ct), await ImportAsync(workspace, changed, ct));
        await CheckAsync(workspace, report, region);
        return costs;
    }

    /// <summary>What the shell needs to read the file and build the indexes of people and memberships over its columns.</summary>
    private static async Task<TimeSpan> ShellAsync(Workspace workspace, string file, CancellationToken ct)
    {
        const string Indexes = """
            CREATE UNIQUE INDEX people_roster_id ON rows (roster_id) WHERE roster_id <> '';
            CREATE INDEX people_number ON rows (number);
            CREATE UNIQUE INDEX memberships_current ON rows (roster_id) WHERE roster_id <> '' AND duty <> '?';
            CREATE INDEX memberships_person ON rows (roster_id, birth);
            CREATE INDEX memberships_organisation ON rows (path);
            """;
        var (database, script) = (Path.Combine(workspace.Folder, "shell.db"), Path.Combine(workspace.Folder, "shell.sql"));
        var isSqlite = workspace.Options.Database == DatabaseProvider.Sqlite;
        await File.WriteAllTextAsync(
            script,
            isSqlite
                ? $"""
                CREATE TABLE rows (path, kind, name, birth, phone, number, category, roster_id, duty);
                .mode csv
                .import --skip 1 {file} rows
                {Indexes}
                """
                : $"""
                CREATE TABLE rows (path text, kind text, name text, birth text, phone text, number text, category text, roster_id text, duty text);
                \copy rows FROM '{file}' (FORMAT csv, HEADER)
                {Indexes}
                DROP TABLE rows;
                """,
            ct);
        var begun = Stopwatch.GetTimestamp();
        using var child = isSqlite
            ? new Child("sqlite3", ["-bail", database, $".read {script}"], new Dictionary<string, string>(), workspace.Folder)
            : new Child("psql", ["-q", "-v", "ON_ERROR_STOP=1", "-f", script], workspace.ShellSettings, workspace.Folder);
        var (exitCode, said) = await child.EndedAsync(ct);
        var time = Stopwatch.GetElapsedTime(begun);
        File.Delete(database);
        Workspace.Say($"the plain shell: {time.TotalSeconds:0.0} s");
        return exitCode == 0 ? time : throw new BenchException($"the shell ended with {exitCode}: {said}");
    }

    internal static async Task<Imported> ImportAsync(Workspace workspace, string file, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        using var child = ServerUnderTest.Operate(workspace, [("Logging:LogLevel:Bot.Core.Roster.RosterImport", "Information")], "roster", "import", file);
        var peak = 0.0;
        var ended = child.EndedAsync(ct);
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, child.PeakMb);
            await Task.WhenAny(ended, Task.Delay(50, ct));
        }

        var (exitCode, said) = await ended;
        var time = Stopwatch.GetElapsedTime(begun);
        Workspace.Say(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}: {time.TotalSeconds:0.0} s, {peak:0} MB: {said}"));
        return exitCode == 0
            ? new Imported(time, peak, double.Parse(CommitTook().Match(said).Groups[1].Value, CultureInfo.InvariantCulture))
            : throw new BenchException($"roster import ended with {exitCode}: {said}");
    }

    private static async Task CheckAsync(Workspace workspace, Report report, Region region)
    {
        var (people, staged) = await workspace.InDbAsync(db => Task.FromResult((db.Memberships.Count(m => m.Until == null), db.Memberships.Count(m => m.ImportId != null))));
        if (people != region.PeopleCount || staged != 0)
        {
            report.Miss($"{region.PeopleCount} people were imported, {people} are there, {staged} rows were not tidied up");
        }
    }

    [GeneratedRegex(@"its commit took (\d+) ms")]
    private static partial Regex CommitTook();

    /// <param name="CommitMs">Of the transaction that made the rows visible.</param>
    internal sealed record Imported(TimeSpan Time, double MemoryMb, double CommitMs);

    private sealed record Costs(int People, int Branches, TimeSpan Shell, Imported First, Imported Again);
}
