using System.Threading.Channels;
using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>Brings a file's rows into <c>roster_rows</c>: one thread reads and checks, another seals phones and writes.</summary>
/// <param name="tree">To leave out rows that say what is stored already; null to stage every row.</param>
internal sealed class RosterLoad(RosterStage stage, Vault vault, RosterTree? tree)
{
    private const int ChunkRows = 1000;
    private const int ChunksAhead = 16;

    /// <summary>Below this a look at everybody who is stored would cost more than staging the file.</summary>
    private const int BytesForAPerson = 16;

    private static readonly string[] Columns =
        ["line", "path", "name", "name_key", "birth_date", "phone", "last4", "member_number", "category", "roster_id", "duty"];

    private readonly KeySet _ids = new();
    private readonly KeySet _numbers = new();
    private readonly KeySet _names = new();
    private RosterKnown? _known;
    private bool _saysDuties;

    public bool MayRepeatIds => _ids.MayRepeat;

    public bool MayRepeatNumbers => _numbers.MayRepeat;

    /// <summary>Two rows of one organisation and name, at least one of which has no number to tell it by.</summary>
    public bool MayRepeatNames => HasNameless && _names.MayRepeat;

    /// <summary>Rows with neither 人员标识 nor 团员编号.</summary>
    public bool HasNameless { get; private set; }

    /// <summary>Rows in <c>roster_rows</c>.</summary>
    public int Staged { get; private set; }

    /// <summary>Rows that say what is stored already, and nothing else.</summary>
    public int Skipped { get; private set; }

    /// <param name="progress">0 to 1.</param>
    public async Task RunAsync(RosterReader reader, Action<double> progress, CancellationToken ct)
    {
        await stage.ExecuteAsync("DROP TABLE IF EXISTS roster_rows", ct);
        await stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_rows (line INTEGER NOT NULL PRIMARY KEY, path INTEGER NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
                birth_date {(stage.IsSqlite ? "TEXT" : "date")}, phone {(stage.IsSqlite ? "BLOB" : "bytea")}, last4 TEXT, member_number TEXT,
                category INTEGER NOT NULL, roster_id TEXT, duty INTEGER)
            """,
            ct);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var chunks = Channel.CreateBounded<List<RosterRow>>(ChunksAhead);
        var reading = Task.Run(() => ReadAsync(reader, chunks.Writer, progress, stop.Token), CancellationToken.None);
        try
        {
            await stage.InTransactionAsync(temporary: true, () => WriteAsync(reader, chunks.Reader, ct), ct);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
        await stage.AnalyseAsync("roster_rows", ct);
    }

    /// <summary>
    /// Whoever has the number, or the name and organisation, of a staged row is told apart from it row by row, so what was left out comes
    /// back for that: it is what is stored. To be called once, with <c>roster_paths</c> there.
    /// </summary>
    public async Task PutBackAsync(CancellationToken ct)
    {
        if (Skipped == 0)
        {
            return;
        }

        var back = await stage.ReadAsync(
            $"""
            SELECT m.organisation_id, MIN(t.path), p.name, p.name_key, p.birth_date, p.phone_sealed, p.member_number, m.category, p.roster_id, m.duty
            FROM (
                SELECT q.person_id FROM (SELECT DISTINCT t.target, r.name_key FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE t.target > 0) w
                    CROSS JOIN memberships q CROSS JOIN people n
                    WHERE q.organisation_id = w.target AND q.until IS NULL AND n.id = q.person_id AND n.name_key = w.name_key
                UNION SELECT i.id FROM roster_rows r CROSS JOIN people i WHERE r.roster_id IS NOT NULL AND i.roster_id = r.roster_id
                UNION SELECT i.id FROM roster_rows r CROSS JOIN people i WHERE r.member_number IS NOT NULL AND i.member_number = r.member_number) x
                CROSS JOIN people p CROSS JOIN memberships m CROSS JOIN roster_paths t
            WHERE p.id = x.person_id AND p.name IS NOT NULL AND m.person_id = p.id AND m.until IS NULL AND {Committed.Only("m")} AND t.target = m.organisation_id
            GROUP BY p.id, m.id
            """,
            row => (Organisation: row.GetInt32(0), Path: row.GetInt32(1), Row: new StagedRow(
                row.GetString(2),
                row.GetString(3),
                row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4),
                row.IsDBNull(5) ? null : vault.Open(row.GetFieldValue<byte[]>(5)),
                row.IsDBNull(6) ? null : row.GetString(6),
                (PersonCategory)row.GetInt32(7),
                row.IsDBNull(8) ? null : row.GetString(8),
                row.IsDBNull(9) || !_saysDuties ? null : (Duty)row.GetInt32(9))),
            ct);
        using var sink = stage.Sink("roster_rows", Columns);
        foreach (var (organisation, path, row) in back)
        {
            var line = _known!.LineOf(organisation, row.RosterId, row.MemberNumber, row.Name, row.BirthDate, row.Category, row.Duty, row.Phone);
            if (line > 0)
            {
                Stage(sink, line, path, row);
                Skipped--;
            }
        }

        sink.Complete();
    }

    private static async Task ReadAsync(RosterReader reader, ChannelWriter<List<RosterRow>> chunks, Action<double> progress, CancellationToken ct)
    {
        try
        {
            foreach (var chunk in reader.Rows().Chunk(ChunkRows))
            {
                await chunks.WriteAsync([.. chunk], ct);
                progress(reader.Progress);
            }

            chunks.Complete();
        }
        catch (Exception e)
        {
            chunks.Complete(e);
            throw;
        }
    }

    private async Task WriteAsync(RosterReader reader, ChannelReader<List<RosterRow>> chunks, CancellationToken ct)
    {
        await Task.WhenAny(reader.Begun, chunks.Completion);
        _saysDuties = reader.SaysDuties;
        if (tree is not null && reader.Bytes >= BytesForAPerson * await stage.NumberAsync("SELECT COUNT(*) FROM memberships WHERE until IS NULL", ct))
        {
            _known = await RosterKnown.ReadAsync(stage, vault, _saysDuties, ct);
        }

        using var sink = stage.Sink("roster_rows", Columns);
        await foreach (var chunk in chunks.ReadAllAsync(ct))
        {
            foreach (var row in chunk)
            {
                if (IsKnown(row))
                {
                    Skipped++;
                    continue;
                }

                Stage(
                    sink, row.Line, row.Organisation.Index,
                    new StagedRow(row.Name, row.NameKey, row.BirthDate, row.Phone, row.MemberNumber, row.Category, row.RosterId, row.Duty));
            }
        }

        sink.Complete();
    }

    /// <summary>The first rows are staged whatever they say: a preview shows some that are unchanged.</summary>
    private bool IsKnown(RosterRow row) => _known is not null && Staged >= RosterPreview.MostOfEach && tree!.Find(row.Organisation) is > 0 and var stored && _known.TryTake(row, stored);

    private void Stage(RowSink sink, int line, int path, in StagedRow row)
    {
        sink.Write(line);
        sink.Write(path);
        sink.Write(row.Name);
        sink.Write(row.NameKey);
        sink.Write(row.BirthDate);
        sink.Write(row.Phone is null ? null : vault.Seal(row.Phone));
        sink.Write(row.Phone?[^4..]);
        sink.Write(row.MemberNumber);
        sink.Write((int)row.Category);
        sink.Write(row.RosterId);
        sink.Write((int?)row.Duty);
        sink.EndRow();
        Staged++;
        Note(path, row);
    }

    private void Note(int path, in StagedRow row)
    {
        _names.Add(row.NameKey, path);
        if (row.RosterId is not null)
        {
            _ids.Add(row.RosterId);
        }

        if (row.MemberNumber is not null)
        {
            _numbers.Add(row.MemberNumber);
        }

        HasNameless |= row.RosterId is null && row.MemberNumber is null;
    }

    private readonly record struct StagedRow(
        string Name, string NameKey, DateOnly? BirthDate, string? Phone, string? MemberNumber, PersonCategory Category, string? RosterId, Duty? Duty);
}
