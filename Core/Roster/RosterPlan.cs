using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// What has to be written so that people and memberships are as a roster file says, after <see cref="RosterMatch"/>: <c>roster_new</c>
/// numbers the rows of new people, <c>roster_changes</c> holds whoever shall be otherwise, with the membership as it was found.
/// </summary>
internal sealed class RosterPlan(RosterStage stage, RosterLoad load, Vault vault)
{
    private const int PhonesAtOnce = 4096;

    /// <summary>More memberships than other writers have in hand at one time.</summary>
    private const int StillWritten = 1000;

    public int New { get; private set; }

    public int Changed { get; private set; }

    public int Unchanged { get; private set; }

    public int Moved { get; private set; }

    /// <summary>Rows that speak of somebody whose data were deleted.</summary>
    public int Erased { get; private set; }

    public int Ambiguous { get; private set; }

    /// <summary>
    /// True of a membership m that was not there when the rows were compared. Ids are given before they are committed, so a lower one may
    /// come later than a higher one: the last ones that were seen are known by name.
    /// </summary>
    public string IsLater { get; private set; } = "";

    /// <param name="saysDuties">The file has a column 职务.</param>
    public async Task RunAsync(bool saysDuties, CancellationToken ct)
    {
        foreach (var table in new[] { "phones", "changes", "new" })
        {
            await stage.ExecuteAsync($"DROP TABLE IF EXISTS roster_{table}", ct);
        }

        var settled = await stage.NumberAsync("SELECT MAX(id) FROM memberships", ct) - StillWritten;
        var seen = await stage.ReadAsync($"SELECT id FROM memberships WHERE id > {settled}", row => row.GetInt32(0), ct);
        IsLater = $"m.id > {settled} AND m.id NOT IN ({string.Join(',', seen.Prepend(0))})";
        Ambiguous = (int)await stage.NumberAsync("SELECT COUNT(*) FROM roster_unsure", ct);
        var found = (int)await stage.NumberAsync("SELECT COUNT(*) FROM roster_found", ct);
        await CompareAsync(found, saysDuties, ct);
        await NumberNewAsync(ct);
        Erased = (int)await stage.NumberAsync(
            "SELECT COUNT(*) FROM roster_found f JOIN people p ON p.id = f.person_id WHERE f.step = 3 AND p.erased_at IS NOT NULL", ct);
        Moved = (int)await stage.NumberAsync("SELECT SUM(moved) FROM roster_changes", ct);
        Changed = (int)await stage.NumberAsync("SELECT COUNT(*) FROM roster_changes", ct);
        Unchanged = load.Skipped + found - Changed;
        New = load.Staged - found - Ambiguous;
    }

    /// <summary>An empty cell leaves what is stored; only an empty 职务 takes it away.</summary>
    private async Task CompareAsync(int found, bool saysDuties, CancellationToken ct)
    {
        await stage.ExecuteAsync("CREATE TEMP TABLE roster_phones (line INTEGER NOT NULL PRIMARY KEY)", ct);
        await stage.ExecuteAsync(
            """
            CREATE TEMP TABLE roster_changes (person_id INTEGER NOT NULL PRIMARY KEY, line INTEGER NOT NULL, edited INTEGER NOT NULL, phoned INTEGER NOT NULL,
                erased INTEGER NOT NULL, membership_id INTEGER, from_id INTEGER, was INTEGER, had INTEGER, moved INTEGER NOT NULL, transferred INTEGER NOT NULL, duty INTEGER)
            """,
            ct);
        if (found == 0)
        {
            return;
        }

        await ComparePhonesAsync(ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_changes
            SELECT person_id, line, edited, phoned, erased, membership_id, from_id, was, had, moved, CASE WHEN moved = 1 OR was <> category THEN 1 ELSE 0 END, duty
            FROM (SELECT f.person_id, f.line, {Edited} AS edited, CASE WHEN {Phoned} THEN 1 ELSE 0 END AS phoned, CASE WHEN p.erased_at IS NULL THEN 0 ELSE 1 END AS erased,
                    m.id AS membership_id, m.organisation_id AS from_id, m.category AS was, m.duty AS had, r.category,
                    CASE WHEN m.organisation_id = t.target THEN 0 ELSE 1 END AS moved,
                    CASE WHEN p.erased_at IS NOT NULL THEN NULL ELSE {(saysDuties ? "r.duty" : "m.duty")} END AS duty
                FROM roster_found f CROSS JOIN roster_rows r CROSS JOIN roster_paths t CROSS JOIN people p
                    JOIN memberships m ON m.person_id = p.id AND m.until IS NULL AND {Committed.Only("m")}
                WHERE r.line = f.line AND t.path = r.path AND p.id = f.person_id) x
            WHERE edited = 1 OR moved = 1 OR was <> category OR {stage.Differ("duty", "had")}
            """,
            ct);
        await stage.AnalyseAsync("roster_changes", ct);
    }

    private string Edited =>
        $"""
        CASE WHEN p.erased_at IS NULL AND ({stage.Differ("p.name", "r.name")} OR (r.birth_date IS NOT NULL AND {stage.Differ("p.birth_date", "r.birth_date")})
            OR (r.member_number IS NOT NULL AND {stage.Differ("p.member_number", "r.member_number")})
            OR (r.roster_id IS NOT NULL AND {stage.Differ("p.roster_id", "r.roster_id")}) OR {Phoned}) THEN 1 ELSE 0 END
        """;

    private string Phoned =>
        $"(r.phone IS NOT NULL AND (p.phone_sealed IS NULL OR {stage.Differ("p.phone_last4", "r.last4")} OR EXISTS (SELECT 1 FROM roster_phones q WHERE q.line = f.line)))";

    /// <summary>Phones whose last four digits agree have to be opened to see whether all do.</summary>
    private async Task ComparePhonesAsync(CancellationToken ct)
    {
        var others = new List<int>();
        var waiting = new List<(int Line, byte[] Told, byte[] Stored)>(PhonesAtOnce);
        var opening = Task.FromResult(new List<int>());
        await stage.EachAsync(
            """
            SELECT f.line, r.phone, p.phone_sealed FROM roster_found f CROSS JOIN roster_rows r CROSS JOIN people p
            WHERE r.line = f.line AND p.id = f.person_id AND r.phone IS NOT NULL AND p.phone_sealed IS NOT NULL AND p.phone_last4 = r.last4 AND p.erased_at IS NULL
            """,
            row =>
            {
                waiting.Add((row.GetInt32(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2)));
                if (waiting.Count == PhonesAtOnce)
                {
                    Open();
                }
            },
            ct);
        Open();
        others.AddRange(await opening);
        using var sink = stage.Sink("roster_phones", "line");
        foreach (var line in others)
        {
            sink.Write(line);
            sink.EndRow();
        }

        sink.Complete();

        // Beside the reading thread.
        void Open()
        {
            others.AddRange(opening.GetAwaiter().GetResult());
            var some = waiting;
            waiting = new List<(int, byte[], byte[])>(PhonesAtOnce);
            opening = Task.Run(() => some.Where(p => vault.Open(p.Told) != vault.Open(p.Stored)).Select(p => p.Line).ToList(), ct);
        }
    }

    private async Task NumberNewAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync("CREATE TEMP TABLE roster_new (n INTEGER NOT NULL PRIMARY KEY, line INTEGER NOT NULL)", ct);
        await stage.ExecuteAsync(
            """
            INSERT INTO roster_new SELECT ROW_NUMBER() OVER (ORDER BY r.line), r.line FROM roster_rows r
            WHERE NOT EXISTS (SELECT 1 FROM roster_found f WHERE f.line = r.line) AND NOT EXISTS (SELECT 1 FROM roster_unsure u WHERE u.line = r.line)
            """,
            ct);
        await stage.AnalyseAsync("roster_new", ct);
    }
}
