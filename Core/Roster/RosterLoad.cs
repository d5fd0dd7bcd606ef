using System.Threading.Channels;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>Brings a file's rows into <c>roster_rows</c>: one thread reads and checks, another seals phones and writes.</summary>
internal sealed class RosterLoad(RosterStage stage, Vault vault)
{
    private const int ChunkRows = 1000;
    private const int ChunksAhead = 16;

    private readonly KeySet _ids = new();
    private readonly KeySet _numbers = new();
    private readonly KeySet _names = new();

    public bool MayRepeatIds => _ids.MayRepeat;

    public bool MayRepeatNumbers => _numbers.MayRepeat;

    /// <summary>Two rows of one organisation and name, at least one of which has no number to tell it by.</summary>
    public bool MayRepeatNames => HasNameless && _names.MayRepeat;

    /// <summary>Rows with neither 人员标识 nor 团员编号.</summary>
    public bool HasNameless { get; private set; }

    public int Rows { get; private set; }

    /// <param name="progress">0 to 1.</param>
    public async Task RunAsync(RosterReader reader, Action<double> progress, CancellationToken ct)
    {
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
            await stage.InTransactionAsync(temporary: true, () => WriteAsync(chunks.Reader, ct), ct);
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await reading;
        await stage.AnalyseAsync("roster_rows", ct);
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

    private async Task WriteAsync(ChannelReader<List<RosterRow>> chunks, CancellationToken ct)
    {
        using var sink = stage.Sink(
            "roster_rows", "line", "path", "name", "name_key", "birth_date", "phone", "last4", "member_number", "category", "roster_id", "duty");
        await foreach (var chunk in chunks.ReadAllAsync(ct))
        {
            foreach (var row in chunk)
            {
                Note(row);
                sink.Write(row.Line);
                sink.Write(row.Organisation.Index);
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
            }
        }

        sink.Complete();
    }

    private void Note(RosterRow row)
    {
        Rows++;
        _names.Add(row.NameKey, row.Organisation.Index);
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
}
