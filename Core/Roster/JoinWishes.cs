using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What comes of a claim once the person has agreed, see <see cref="Joining"/>: the account is bound, or the wish waits for the secretary.</summary>
public sealed class JoinWishes(BotDb db, OrganisationTree tree, JoinFits fits, Bindings bindings, Consents consents, Standings standings, TimeProvider clock)
{
    /// <summary>
    /// The person has read the notice and agreed: stores the consent and binds the account to the one free row that fits, or lays the wish
    /// into the secretary's tray. A repeat of the same message changes nothing and gets the same answer.
    /// </summary>
    /// <param name="noticeVersion">Of the notice that was shown.</param>
    public async Task<Result<JoinOutcome>> BindAsync(KnownAccount by, JoinClaim claim, int noticeVersion, string messageKey, CancellationToken ct)
    {
        if (await FindDoneAsync(by, messageKey, ct) is { } done)
        {
            return done.Outcome;
        }

        // It may have been merged away while the person read the notice.
        claim = claim with { OrganisationId = (await tree.AllAsync(ct)).FindStandIn(claim.OrganisationId)?.Id ?? claim.OrganisationId };

        if (await fits.IsMemberAsync(by.PersonId, ct))
        {
            return Joining.AlreadyMember;
        }

        var fit = await fits.FindAsync(by, claim, ct);
        if (fit.NeedsGuardian)
        {
            return Joining.GuardianNeeded;
        }

        if (fit.Doubt is null && await TryBindAsync(by, claim, fit.PersonId, noticeVersion, messageKey, ct))
        {
            return JoinOutcome.Bound;
        }

        // Somebody else may have been quicker, or this very message in another process.
        return await AskAsync(by, claim, fit.Doubt ?? JoinDoubt.Occupied, fit.PersonId, noticeVersion, messageKey, ct) ? JoinOutcome.WithSecretary
            : await fits.IsMemberAsync((await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == by.Id, ct)).PersonId, ct) ? JoinOutcome.Bound
            : JoinOutcome.WithSecretary;
    }

    /// <summary>What this very message has done before: for a repeat that comes when the dialogue is forgotten.</summary>
    /// <returns>Null when it has done nothing that still stands.</returns>
    public async Task<Joined?> FindDoneAsync(KnownAccount by, string messageKey, CancellationToken ct)
    {
        var accountId = by.Id; // "by" is a word of queries
        if (!await db.Consents.AnyAsync(c => c.AccountId == accountId && c.MessageKey == messageKey && c.WithdrawnAt == null, ct))
        {
            return null;
        }

        var wish = await db.JoinRequests.Where(r => r.AccountId == accountId && r.MessageKey == messageKey)
            .Select(r => new Joined(JoinOutcome.WithSecretary, r.OrganisationId, r.Name)).FirstOrDefaultAsync(ct);
        return wish ?? await (
            from account in db.Accounts
            where account.Id == accountId
            join membership in db.Memberships on account.PersonId equals membership.PersonId
            where membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            select new Joined(JoinOutcome.Bound, membership.OrganisationId, person.Name)).FirstOrDefaultAsync(ct);
    }

    private async Task<bool> TryBindAsync(KnownAccount by, JoinClaim claim, int personId, int noticeVersion, string messageKey, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        claim = await HeldAsync(claim, ct);
        try
        {
            if (!await bindings.AttachAsync(db, by.Id, by.PersonId, personId, claim.OrganisationId, claim.Number is not null, ct)
                || !await consents.GiveAsync(by.Id, PrivacyNotice.Roster, noticeVersion, messageKey, ct))
            {
                return false;
            }
        }
        catch (Exception e) when (DatabaseFaults.IsDuplicate(e))
        {
            return false; // another account of this appid was quicker: the unique index has decided
        }

        var now = clock.GetUtcNow();
        await db.JoinRequests.Where(r => r.AccountId == by.Id && r.DecidedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.DecidedAt, now).SetProperty(r => r.Accepted, true).SetProperty(r => r.DecidedBy, "person")
                .SetProperty(r => r.Name, (string?)null).SetProperty(r => r.Number, (string?)null),
            ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <returns>False when the same message has stored its wish already.</returns>
    private async Task<bool> AskAsync(KnownAccount by, JoinClaim claim, JoinDoubt doubt, int personId, int noticeVersion, string messageKey, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        claim = await HeldAsync(claim, ct);
        if (!await ReplaceRequestAsync(by, claim, doubt, messageKey, ct) || !await consents.GiveAsync(by.Id, PrivacyNotice.Roster, noticeVersion, messageKey, ct))
        {
            return false;
        }

        // From now on a visitor of the organisation whose code was used.
        await Standings.LockPersonAsync(db, by.PersonId, ct);
        var now = clock.GetUtcNow();
        await db.Accounts.Where(a => a.Id == by.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.JoinOrganisationId, claim.OrganisationId).SetProperty(a => a.JoinUsedAt, now), ct);
        await standings.RefreshPersonAsync(db, by.PersonId, ct);
        if (doubt == JoinDoubt.Occupied)
        {
            var holders = await db.Accounts.Where(a => a.PersonId == personId && a.AppId == by.AppId && a.Id != by.Id).Select(a => a.Id).ToListAsync(ct);
            db.AddRange(holders.Select(id => new OutboxMessage { AccountId = id, Code = "notice.row-claimed", At = now, DueAt = now, MessageKey = messageKey }));
            await db.TrySaveNewAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The organisation may be merged or closed in this moment.</summary>
    private async Task<JoinClaim> HeldAsync(JoinClaim claim, CancellationToken ct) => claim with { OrganisationId = await OpenOrganisations.HoldStandInAsync(db, claim.OrganisationId, ct) };

    /// <summary>An account has one open wish; a new one takes the place of the old.</summary>
    private async Task<bool> ReplaceRequestAsync(KnownAccount by, JoinClaim claim, JoinDoubt doubt, string messageKey, CancellationToken ct)
    {
        if (await db.JoinRequests.AnyAsync(r => r.MessageKey == messageKey, ct))
        {
            return false;
        }

        await db.JoinRequests.Where(r => r.AccountId == by.Id && r.DecidedAt == null).ExecuteDeleteAsync(ct);
        db.Add(new JoinRequest
        {
            AccountId = by.Id,
            OrganisationId = claim.OrganisationId,
            Name = claim.Name,
            Number = claim.Number,
            Doubt = doubt,
            At = clock.GetUtcNow(),
            MessageKey = messageKey,
        });
        return await db.TrySaveNewAsync(ct);
    }
}
