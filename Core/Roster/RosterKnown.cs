using System.Threading.Channels;
using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>
/// The people of the roster as digests, twenty bytes each. A row of a file that says just what is stored of somebody changes nothing, so it
/// is counted and not staged; of a region's file that comes every week nearly all rows are such. Whoever needs more than a look – without
/// a number, with a number that others have, too, or deleted once – is not among them.
/// </summary>
internal sealed class RosterKnown
{
    private const int PeopleAtOnce = 2048;

    /// <summary>Bytes of a row; all that may be imported is shorter.</summary>
    private const int MostOfRow = 1024;

    private const string MayBeKnown =
        "p.erased_at IS NULL AND p.name IS NOT NULL AND (p.roster_id IS NOT NULL OR p.member_number IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM erasure_marks e WHERE e.person_id = p.id) AND LENGTH(p.name) <= 64 "
        + "AND (p.member_number IS NULL OR p.member_number NOT IN (SELECT member_number FROM people WHERE member_number >= '' GROUP BY member_number HAVING COUNT(*) > 1))";

    private readonly UInt128[] _digests;
    private readonly int[] _lines;
    private readonly RosterDigest _digest;

    private RosterKnown(long people, bool saysDuties)
    {
        var slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)Math.Max(64, people + (people / 2)));
        (_digests, _lines, _digest) = (new UInt128[slots], new int[slots], new RosterDigest(saysDuties));
    }

    /// <param name="saysDuties">The file has a column 职务.</param>
    public static async Task<RosterKnown> ReadAsync(RosterStage stage, Vault vault, bool saysDuties, CancellationToken ct)
    {
        var known = new RosterKnown(await stage.NumberAsync("SELECT COUNT(*) FROM memberships WHERE until IS NULL", ct), saysDuties);
        var chunks = Channel.CreateBounded<Chunk>(8);
        var adding = Task.Run(() => known.AddAsync(chunks, vault), CancellationToken.None);
        try
        {
            using var row = stage.Source(
                $"SELECT {known._digest.Columns(stage.IsSqlite)} FROM memberships m CROSS JOIN people p WHERE m.until IS NULL AND {Committed.Only("m")} AND p.id = m.person_id AND {MayBeKnown}");
            while (Take(row) is { } chunk)
            {
                await chunks.Writer.WriteAsync(chunk, ct);
            }
        }
        finally
        {
            chunks.Writer.TryComplete();
            await adding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await adding;
        return known;

        static Chunk? Take(RowSource row)
        {
            var chunk = new Chunk();
            while (chunk.Rows.Count < PeopleAtOnce && row.Read())
            {
                chunk.Add(row);
            }

            return chunk.Rows.Count > 0 ? chunk : null;
        }
    }

    /// <summary>True when somebody is stored just as the row says, and no earlier row of the file said it.</summary>
    /// <param name="organisation">Id of the stored one that the row's path means.</param>
    public bool TryTake(RosterRow row, int organisation)
    {
        var at = Find(_digest.Of(organisation, row.RosterId, row.MemberNumber, row.Name, row.BirthDate, row.Category, row.Duty, row.Phone));
        if (_digests[at] == UInt128.Zero || _lines[at] > 0)
        {
            return false;
        }

        _lines[at] = row.Line;
        return true;
    }

    /// <returns>The line that took somebody; 0 for none.</returns>
    public int LineOf(int organisation, string? rosterId, string? memberNumber, string name, DateOnly? birth, PersonCategory category, Duty? duty, string? phone)
        => _lines[Find(_digest.Of(organisation, rosterId, memberNumber, name, birth, category, duty, phone))];

    private async Task AddAsync(Channel<Chunk> chunks, Vault vault)
    {
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(CancellationToken.None))
            {
                var at = 0;
                foreach (var (stored, phone) in chunk.Rows)
                {
                    var digest = _digest.Of(chunk.Bytes.AsSpan(at, stored), chunk.Bytes.AsSpan(at + stored, phone), vault);
                    _digests[Find(digest)] = digest;
                    at += stored + phone;
                }
            }
        }
        catch (Exception e)
        {
            chunks.Writer.TryComplete(e); // whoever fills it does not wait for ever
            throw;
        }
    }

    /// <summary>Where the digest stands, or the free slot where it would.</summary>
    private int Find(UInt128 digest)
    {
        var mask = _digests.Length - 1;
        var at = (int)(ulong)digest & mask;
        while (_digests[at] != UInt128.Zero && _digests[at] != digest)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    /// <summary>Stored people one after the other: the fields, then the sealed phone.</summary>
    private sealed class Chunk
    {
        public byte[] Bytes { get; private set; } = new byte[PeopleAtOnce * 96];

        public List<(int Stored, int Phone)> Rows { get; } = new(PeopleAtOnce);

        private int _length;

        public void Add(RowSource row)
        {
            if (Bytes.Length - _length < MostOfRow)
            {
                var larger = Bytes;
                Array.Resize(ref larger, 2 * Bytes.Length);
                Bytes = larger;
            }

            Rows.Add((Take(row.Bytes(0)), Take(row.Bytes(RosterDigest.Phone))));
        }

        private int Take(ReadOnlySpan<byte> cell)
        {
            cell.CopyTo(Bytes.AsSpan(_length));
            _length += cell.Length;
            return cell.Length;
        }
    }
}
