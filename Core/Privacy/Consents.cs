using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Privacy;

/// <summary>What an account has agreed to. Rows are kept after a withdrawal, until the account is erased.</summary>
public sealed class Consents(BotDb db, Bindings bindings, TimeProvider clock)
{
    public static readonly Refusal NotGiven = new(RefusalKind.Conflict, "privacy.not-given", "There is no such consent to withdraw.");

    /// <summary>Those in force.</summary>
    public async Task<IReadOnlyList<Consent>> GivenAsync(int accountId, CancellationToken ct)
        => await db.Consents.AsNoTracking().Where(c => c.AccountId == accountId && c.WithdrawnAt == null).OrderBy(c => c.GivenAt).ToListAsync(ct);

    /// <summary>Stores a consent in the caller's transaction; it takes the place of an earlier one for the purpose.</summary>
    /// <returns>False when this message has given its consent already.</returns>
    public async Task<bool> GiveAsync(int accountId, string purpose, int version, string messageKey, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Consents.Where(c => c.AccountId == accountId && c.Purpose == purpose && c.WithdrawnAt == null && c.MessageKey != messageKey)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.WithdrawnAt, now), ct);
        db.Add(new Consent { AccountId = accountId, Purpose = purpose, Version = version, GivenAt = now, MessageKey = messageKey });
        return await db.TrySaveNewAsync(ct);
    }

    /// <summary>
    /// Withdrawing <see cref="PrivacyNotice.Roster"/> takes the account off its roster row: it goes on as a new nameless visitor, its sessions
    /// end; the row and what was studied stay with the organisation. A wish that still waits for a secretary is taken back.
    /// </summary>
    public async Task<Result<bool>> WithdrawAsync(KnownAccount by, string purpose, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        var withdrawn = await db.Consents.Where(c => c.AccountId == by.Id && c.Purpose == purpose && c.WithdrawnAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.WithdrawnAt, now), ct);
        if (withdrawn == 0)
        {
            return NotGiven;
        }

        if (purpose == PrivacyNotice.Roster)
        {
            await db.JoinRequests.Where(r => r.AccountId == by.Id && r.DecidedAt == null).ExecuteDeleteAsync(ct);
            if (await db.Memberships.AnyAsync(m => m.PersonId == by.PersonId, ct))
            {
                await bindings.DetachAsync(db, by.Id, ct);
            }
        }

        await transaction.CommitAsync(ct);
        return true;
    }
}
