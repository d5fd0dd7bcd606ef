using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// How an account comes to stand for a roster row: exactly one free row fits what was said, or a secretary decides; never a guess.
/// Until the person has agreed nothing is stored but the count of wrong tries, and nothing told of what fits.
/// </summary>
public sealed class Joining(BotDb db, OrganisationTree tree, Bindings bindings, Consents consents, Standings standings, TimeProvider clock)
{
    public static readonly Refusal CodeUnknown = new(RefusalKind.NotFound, "join.code-unknown", "No organisation has this join code.");
    public static readonly Refusal CodeClosed = new(RefusalKind.NotFound, "join.code-closed", "The organisation of this join code has closed.");
    public static readonly Refusal TooManyTries = new(RefusalKind.Forbidden, "join.too-many-tries", "Five wrong tries today.");
    public static readonly Refusal AlreadyMember = new(RefusalKind.Conflict, "join.already-member", "The account stands for a roster row already.");
    public static readonly Refusal GuardianNeeded = new(RefusalKind.Forbidden, "join.guardian-needed", "Under 14: a guardian has to consent.");

    private const int GuardianUntil = 14;

    /// <returns>Why this account need not begin; null when it may.</returns>
    public async Task<Refusal?> RefusedAsync(KnownAccount by, CancellationToken ct) => await IsMemberAsync(by.PersonId, ct) ? AlreadyMember : null;

    /// <summary>The organisation of a join code. An unknown code is a wrong try; what cannot be a code is none.</summary>
    /// <param name="code">As typed or scanned.</param>
    public async Task<Result<TreeNode>> FindAsync(KnownAccount by, string code, string messageKey, CancellationToken ct)
    {
        if (await IsMemberAsync(by.PersonId, ct))
        {
            return AlreadyMember;
        }

        if (JoinCodes.Parse(code) is not { } parsed)
        {
            return CodeUnknown;
        }

        if (!await JoinTries.TakeAsync(db, by.Id, messageKey, Today, ct))
        {
            return TooManyTries;
        }

        var all = await tree.AllAsync(ct);
        var organisation = all.FindByJoinCode(parsed);
        if (organisation is null && !all.IsClosedCode(parsed))
        {
            return CodeUnknown;
        }

        await JoinTries.GiveBackAsync(db, by.Id, messageKey);
        return organisation is null ? CodeClosed : organisation;
    }

    /// <summary>
    /// Whether a scanned code is not enough: secretaries come in to their branch's list by this account, and an account that stood for a row
    /// before could stand for a whole class in turn, so they give a number, too.
    /// </summary>
    public async Task<bool> NeedsNumberAsync(KnownAccount account, JoinClaim claim, CancellationToken ct)
    {
        var key = Names.Key(claim.Name);
        return await HasStoodForRowAsync(account, ct) || await db.Memberships.AnyAsync(
            m => m.OrganisationId == claim.OrganisationId && m.Until == null && (m.Duty == Duty.Secretary || m.Duty == Duty.DeputySecretary)
                && db.People.Any(p => p.Id == m.PersonId && p.NameKey == key),
            ct);
    }

    /// <summary>Counts the try if nothing fits; the answer does not tell. Only a child under 14 is told at once; nothing is stored of it.</summary>
    /// <returns>True, or a refusal.</returns>
    public async Task<Result<bool>> CheckAsync(KnownAccount by, JoinClaim claim, string messageKey, CancellationToken ct)
    {
        if (await IsMemberAsync(by.PersonId, ct))
        {
            return AlreadyMember;
        }

        if (!await JoinTries.TakeAsync(db, by.Id, messageKey, Today, ct))
        {
            return TooManyTries;
        }

        var fit = default(Fit);
        try
        {
            fit = await FitAsync(by, claim, ct);
        }
        finally
        {
            // Cut off, it was no wrong try either.
            if (fit.Doubt != JoinDoubt.Unknown)
            {
                await JoinTries.GiveBackAsync(db, by.Id, messageKey);
            }
        }

        return fit.NeedsGuardian ? GuardianNeeded : true;
    }

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

        if (await IsMemberAsync(by.PersonId, ct))
        {
            return AlreadyMember;
        }

        var fit = await FitAsync(by, claim, ct);
        if (fit.NeedsGuardian)
        {
            return GuardianNeeded;
        }

        if (fit.Doubt is null && await TryBindAsync(by, claim, fit.PersonId, noticeVersion, messageKey, ct))
        {
            return JoinOutcome.Bound;
        }

        // Somebody else may have been quicker, or this very message in another process.
        return await AskAsync(by, claim, fit.Doubt ?? JoinDoubt.Occupied, fit.PersonId, noticeVersion, messageKey, ct) ? JoinOutcome.WithSecretary
            : await IsMemberAsync((await db.Accounts.AsNoTracking().SingleAsync(a => a.Id == by.Id, ct)).PersonId, ct) ? JoinOutcome.Bound
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

    /// <summary>Under 14 on that day. Where the roster gives no birth date nobody is asked for one.</summary>
    internal static bool NeedsGuardian(DateOnly? birthDate, DateOnly today) => birthDate is { } birth && birth.AddYears(GuardianUntil) > today;

    /// <summary>Before, under this openid, and not any more.</summary>
    private async Task<bool> HasStoodForRowAsync(KnownAccount account, CancellationToken ct)
    {
        var (accountId, today) = (account.Id, Today);
        return await db.Consents.AnyAsync(c => c.AccountId == accountId && c.Purpose == PrivacyNotice.Roster && c.WithdrawnAt != null, ct)
            || await db.SpentTries.AnyAsync(t => t.NameOnlyFrom > today && db.Accounts.Any(a => a.Id == accountId && a.OpenIdHash == t.OpenIdHash), ct);
    }

    private DateOnly Today => ChinaTime.DateOf(clock.GetUtcNow());

    private Task<bool> IsMemberAsync(int personId, CancellationToken ct) => db.Memberships.AnyAsync(m => m.PersonId == personId && m.Until == null, ct);

    /// <summary>The one row that fits, free or not, or the doubt.</summary>
    private async Task<Fit> FitAsync(KnownAccount by, JoinClaim claim, CancellationToken ct)
    {
        var key = Names.Key(claim.Name);
        var rows = await (
            from membership in db.Memberships
            where membership.OrganisationId == claim.OrganisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            where person.NameKey == key
            select new { person.Id, person.BirthDate, person.MemberNumber, person.PhoneLast4, membership.Duty }).ToListAsync(ct);
        if (claim.Number is { } number)
        {
            var typed = Names.Key(number);
            rows = rows.FindAll(r => r.PhoneLast4 == typed || (r.MemberNumber is not null && Names.Key(r.MemberNumber) == typed));
        }

        else if (rows.Exists(r => r.Duty is Duty.Secretary or Duty.DeputySecretary) || await HasStoodForRowAsync(by, ct))
        {
            return new Fit(JoinDoubt.Ambiguous, 0, false); // a name and a photographed code must not open a branch's list
        }

        if (rows is not [var row])
        {
            return new Fit(rows.Count == 0 ? JoinDoubt.Unknown : JoinDoubt.Ambiguous, 0, false);
        }

        var taken = await db.Accounts.AnyAsync(a => a.PersonId == row.Id && a.AppId == by.AppId && a.Id != by.Id, ct);
        return new Fit(taken ? JoinDoubt.Occupied : null, row.Id, NeedsGuardian(row.BirthDate, Today));
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
            db.AddRange(holders.Select(id => new AccountNotice { AccountId = id, Code = "notice.row-claimed", At = now, MessageKey = messageKey }));
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

    private readonly record struct Fit(JoinDoubt? Doubt, int PersonId, bool NeedsGuardian);
}
