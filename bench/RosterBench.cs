using System.Diagnostics;
using System.Globalization;
using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.Data;

namespace Bot.Bench;

/// <summary>
/// The import of a whole region by the operator's command, against the database's plain shell (sqlite3, psql) that reads the same file into
/// a table and builds the same indexes; then the same file with one per cent changed, while members finish their lessons.
/// </summary>
internal static class RosterBench
{
    private const double MostOfShell = 4;
    private const double MostOfFirst = 1.0 / 3;
    private const double MostMemoryMb = 600;
    private const double MostP99Ms = 500;

    /// <summary>Members who finish lessons while the region is imported.</summary>
    private const int Studying = 6000;

    private const int PerSecond = 100;

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("roster", workspace.DatabaseName);
        var region = new Region(options.Members(1_200_000), options.Seed);
        var (first, changed) = (Path.Combine(workspace.Folder, "first.csv"), Path.Combine(workspace.Folder, "changed.csv"));
        Workspace.Say($"writing the files of {region.PeopleCount} people in {region.Branches.Count} branches");
        region.WriteCsv(first);
        region.WriteCsv(changed, changed: 1);
        report.Add("people", region.PeopleCount);
        report.Add("branches", region.Branches.Count);

        var shell = await ShellAsync(workspace, first, ct);
        report.Add("shellSeconds", shell.TotalSeconds);
        var import = await ImportAsync(workspace, first, ct);
        report.Add("firstSeconds", import.Time.TotalSeconds);
        report.AddAtMost("ofShell", import.Time / shell, MostOfShell);
        report.AddAtMost("firstMemoryMb", import.MemoryMb, MostMemoryMb);
        var again = await ImportAsync(workspace, changed, ct);
        report.Add("changedSeconds", again.Time.TotalSeconds);
        report.AddAtMost("changedOfFirst", again.Time / import.Time, MostOfFirst);
        report.AddAtMost("changedMemoryMb", again.MemoryMb, MostMemoryMb);
        await CheckAsync(workspace, report, region);
        await BesideAsync(options, report, ct);
        return report;
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

    private static async Task<(TimeSpan Time, double MemoryMb)> ImportAsync(Workspace workspace, string file, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        using var child = ServerUnderTest.Operate(workspace, "roster", "import", file);
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
        return exitCode == 0 ? (time, peak) : throw new BenchException($"roster import ended with {exitCode}: {said}");
    }

    private static async Task CheckAsync(Workspace workspace, Report report, Region region)
    {
        var (people, staged) = await workspace.InDbAsync(db => Task.FromResult((db.Memberships.Count(m => m.Until == null), db.Memberships.Count(m => m.ImportId != null))));
        if (people != region.PeopleCount || staged != 0)
        {
            report.Miss($"{region.PeopleCount} people were imported, {people} are there, {staged} rows were not tidied up");
        }
    }

    /// <summary>Members finish lessons at a steady pace, before and while a region of the same size is imported into their installation.</summary>
    private static async Task BesideAsync(BenchOptions options, Report report, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var region = new Region(options.Members(1_200_000), options.Seed);
        var file = Path.Combine(workspace.Folder, "first.csv");
        region.WriteCsv(file);
        await new Population(workspace).AddAsync(Studying, lessons: 1, ct);
        using var server = await ServerUnderTest.StartAsync(workspace, ct);
        var learners = new Learners(workspace, Studying, ct);
        learners.SignIn();
        List<(int Member, int Period)> pairs = [.. Enumerable.Range(0, Studying).Select(m => (m, 1))];
        learners.Begin(pairs);
        await Task.Delay(TimeSpan.FromSeconds(2), ct); // the lesson's one second
        var requests = pairs.Select(learners.Finish).ToList();
        var warm = requests.Count / 6;
        new LoadRun(workspace.Address, 8, ct).AsFastAsPossible(warm, i => requests[(int)i], (_, response) => response.Status == 201).Flawless("warming up");

        var importing = Task.Run(() => ImportAsync(workspace, file, ct), ct);
        var waits = await SteadyAsync(workspace, requests[warm..], importing, ct);
        var (time, _) = await importing;
        Workspace.Say($"{waits.Length} completions beside an import of {time.TotalSeconds:0.0} s");
        Array.Sort(waits);
        report.Add("besideSeconds", time.TotalSeconds);
        var refused = waits.Count(double.IsInfinity);
        waits = [.. waits.Where(double.IsFinite)];
        report.Add("besideCompletions", waits.Length);
        report.AddAtMost("besideRefused", refused, 0);
        report.Add("besideP50Ms", waits.Percentile(50));
        report.AddAtMost("besideP99Ms", waits.Percentile(99), MostP99Ms);
        report.Add("besideMaxMs", waits[^1]);
    }

    /// <returns>Milliseconds from when each was due to its answer, of those that were due while the import ran.</returns>
    private static async Task<double[]> SteadyAsync(Workspace workspace, List<byte[]> requests, Task importing, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var waits = new System.Collections.Concurrent.ConcurrentBag<double>();
        var (next, told) = (-1, 0);
        var senders = Enumerable.Range(0, 32).Select(_ => Task.Run(
            async () =>
            {
                using var connection = new Connection(workspace.Address);
                while (!importing.IsCompleted && Interlocked.Increment(ref next) is var i && i < requests.Count)
                {
                    var due = TimeSpan.FromSeconds((double)i / PerSecond);
                    await Task.Delay(due - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } early ? early : TimeSpan.Zero, ct);
                    var status = connection.Exchange(requests[i]).Status;
                    if (status is not (200 or 201) && Interlocked.Exchange(ref told, 1) == 0)
                    {
                        Workspace.Say($"a completion was answered with {status}");
                    }

                    waits.Add(status is 200 or 201 ? (Stopwatch.GetElapsedTime(begun) - due).TotalMilliseconds : double.PositiveInfinity);
                }
            },
            ct));
        await Task.WhenAll(senders);
        return [.. waits];
    }
}
