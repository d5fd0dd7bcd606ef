using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>What is wrong at the first place that does not hold.</summary>
public enum AuditFault
{
    /// <summary>The entry of that position is gone.</summary>
    Missing,

    /// <summary>Something in the entry of that position is not as it was sealed.</summary>
    Changed,

    /// <summary>The log ends before the position that it had reached.</summary>
    CutOff,

    /// <summary>The kept end of the chain is gone or was not written by this installation.</summary>
    HeadLost,

    /// <summary>There is an entry of a position that the chain has not reached.</summary>
    Slipped,
}

/// <param name="Sealed">Entries that were looked at and hold.</param>
/// <param name="Fault">Null when all hold.</param>
/// <param name="FaultAt">The first position that does not hold; null without one.</param>
/// <param name="End">Position and hash of the last entry, for whoever notes it elsewhere; empty with a fault or without an entry.</param>
public sealed record AuditVerdict(long Sealed, AuditFault? Fault, long? FaultAt, string End);

/// <summary>
/// Makes the log a chain: entries that are committed get the next position and a hash over the one before. One sealer works at a time, in
/// whatever process: the row with the chain's end is its lock. Verifying finds what was removed, changed or cut off since.
/// </summary>
public sealed class AuditChain(BotDb db, AuditSeal seal)
{
    internal const string HeadFact = "audit.head";

    private const int Batch = 500;

    /// <summary>Seals what waits.</summary>
    /// <returns>False when the kept end does not hold: nothing more is sealed then, so that what shows it stays.</returns>
    public async Task<bool> SealAsync(CancellationToken ct)
    {
        while (await db.AuditEntries.AnyAsync(a => a.Position == null, ct))
        {
            if (await SealSomeAsync(ct) is not { } count)
            {
                return false;
            }

            if (count == 0)
            {
                break; // another sealer has been faster
            }
        }

        return true;
    }

    /// <summary>Seals what waits, then looks at every entry.</summary>
    public async Task<AuditVerdict> VerifyAsync(CancellationToken ct)
    {
        await SealAsync(ct);
        if (await HeadAsync(ct) is not { } head)
        {
            return new AuditVerdict(0, AuditFault.HeadLost, null, "");
        }

        var last = AuditHead.None;
        while (last.Position < head.Position)
        {
            var from = last.Position;
            var entries = await db.AuditEntries.AsNoTracking().Where(a => a.Position > from && a.Position <= head.Position).OrderBy(a => a.Position).Take(Batch * 4).ToListAsync(ct);
            foreach (var entry in entries)
            {
                var next = last.Position + 1;
                if (entry.Position != next)
                {
                    return Broken(AuditFault.Missing, last);
                }

                if (entry.Hash is null || !entry.Hash.AsSpan().SequenceEqual(seal.Of(entry, next, last.Hash)))
                {
                    return Broken(AuditFault.Changed, last);
                }

                last = new AuditHead(next, entry.Hash);
            }

            if (entries.Count == 0)
            {
                return Broken(AuditFault.CutOff, last);
            }
        }

        if (!last.Hash.AsSpan().SequenceEqual(head.Hash))
        {
            return Broken(AuditFault.Changed, last);
        }

        return await ReachesFurtherAsync(head, ct) ? Broken(AuditFault.Slipped, last) : new AuditVerdict(last.Position, null, null, End(last));
    }

    /// <summary>Whether the entry of an end noted earlier, as <c>position:hash</c>, is still the same.</summary>
    /// <returns>False also for what is no such end.</returns>
    public async Task<bool> HoldsAsync(string noted, CancellationToken ct)
        => noted.Split(':') is [var number, var hash] && long.TryParse(number, out var position)
            && await db.AuditEntries.AsNoTracking().Where(a => a.Position == position).Select(a => a.Hash).FirstOrDefaultAsync(ct) is { } held
            && Convert.ToHexStringLower(held).Equals(hash, StringComparison.OrdinalIgnoreCase);

    private static AuditVerdict Broken(AuditFault fault, AuditHead last) => new(last.Position, fault, last.Position + 1, "");

    private static string End(AuditHead last) => last.Position == 0 ? "" : Text(last.Position, last.Hash);

    /// <summary>As <see cref="HoldsAsync"/> takes it.</summary>
    internal static string Text(long position, byte[] hash) => FormattableString.Invariant($"{position}:{Convert.ToHexStringLower(hash)}");

    /// <summary>Entries behind the end that was read may be new; behind the present end there can be none.</summary>
    private async Task<bool> ReachesFurtherAsync(AuditHead read, CancellationToken ct)
    {
        var highest = await db.AuditEntries.MaxAsync(a => a.Position, ct) ?? 0;
        return highest > read.Position && highest > (await HeadAsync(ct) ?? read).Position;
    }

    /// <returns>How many; null when the kept end does not hold.</returns>
    private async Task<int?> SealSomeAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await LockAsync(ct);
        if (await HeadAsync(ct) is not { } head)
        {
            return null;
        }

        var entries = await db.AuditEntries.Where(a => a.Position == null).OrderBy(a => a.Id).Take(Batch).ToListAsync(ct);
        foreach (var entry in entries)
        {
            entry.Position = head.Position + 1;
            entry.Hash = seal.Of(entry, entry.Position.Value, head.Hash);
            head = new AuditHead(entry.Position.Value, entry.Hash);
        }

        if (entries.Count > 0)
        {
            var written = seal.Write(head);
            if (!await TakesPlacesAsync(ct))
            {
                return null;
            }

            await db.InstallationFacts.Where(f => f.Name == HeadFact).ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, written), ct);
        }

        await transaction.CommitAsync(ct);
        entries.ForEach(entry => db.Entry(entry).State = EntityState.Detached);
        return entries.Count;
    }

    /// <returns>False when a place behind the end is taken: somebody has put an entry there.</returns>
    private async Task<bool> TakesPlacesAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException e) when (DatabaseFaults.IsDuplicate(e))
        {
            db.ChangeTracker.Clear();
            return false;
        }
    }

    /// <summary>A second sealer waits here and then reads where the first has come to.</summary>
    private async Task LockAsync(CancellationToken ct)
    {
        if (!await db.AuditEntries.AnyAsync(a => a.Position != null, ct))
        {
            var none = seal.Write(AuditHead.None);
            await db.Database.ExecuteSqlAsync($"INSERT INTO installation_facts (name, value) VALUES ({HeadFact}, {none}) ON CONFLICT (name) DO NOTHING", ct);
        }

        // Afterwards, in any case: who finds the row made by another holds nothing yet.
        await db.InstallationFacts.Where(f => f.Name == HeadFact).ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, f => f.Value), ct);
    }

    /// <summary>Null when it is gone although something was sealed, or not of this installation.</summary>
    private async Task<AuditHead?> HeadAsync(CancellationToken ct)
    {
        var kept = await db.InstallationFacts.AsNoTracking().Where(f => f.Name == HeadFact).Select(f => f.Value).FirstOrDefaultAsync(ct);
        return kept is not null ? seal.Read(kept)
            : await db.AuditEntries.AnyAsync(a => a.Position != null, ct) ? null
            : AuditHead.None;
    }
}
