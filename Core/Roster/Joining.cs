using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// How an account comes to stand for a roster row: exactly one free row fits what was said, or a secretary decides; never a guess.
/// Until the person has agreed nothing is stored but the count of wrong tries, and nothing told of what fits; then see <see cref="JoinWishes"/>.
/// </summary>
public sealed class Joining(BotDb db, OrganisationTree tree, JoinFits fits, TimeProvider clock)
{
    public static readonly Refusal CodeUnknown = new(RefusalKind.NotFound, "join.code-unknown", "No organisation has this join code.");
    public static readonly Refusal CodeClosed = new(RefusalKind.NotFound, "join.code-closed", "The organisation of this join code has closed.");
    public static readonly Refusal TooManyTries = new(RefusalKind.Forbidden, "join.too-many-tries", "Five wrong tries today.");
    public static readonly Refusal AlreadyMember = new(RefusalKind.Conflict, "join.already-member", "The account stands for a roster row already.");
    public static readonly Refusal GuardianNeeded = new(RefusalKind.Forbidden, "join.guardian-needed", "Under 14: a guardian has to consent.");

    private const int GuardianUntil = 14;

    /// <returns>Why this account need not begin; null when it may.</returns>
    public async Task<Refusal?> RefusedAsync(KnownAccount by, CancellationToken ct) => await fits.IsMemberAsync(by.PersonId, ct) ? AlreadyMember : null;

    /// <summary>The organisation of a join code. An unknown code is a wrong try; what cannot be a code is none.</summary>
    /// <param name="code">As typed or scanned.</param>
    public async Task<Result<TreeNode>> FindAsync(KnownAccount by, string code, string messageKey, CancellationToken ct)
    {
        if (await fits.IsMemberAsync(by.PersonId, ct))
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
        return await fits.HasStoodForRowAsync(account, ct) || await db.Memberships.AnyAsync(
            m => m.OrganisationId == claim.OrganisationId && m.Until == null && (m.Duty == Duty.Secretary || m.Duty == Duty.DeputySecretary)
                && db.People.Any(p => p.Id == m.PersonId && p.NameKey == key),
            ct);
    }

    /// <summary>Counts the try if nothing fits; the answer does not tell. Only a child under 14 is told at once; nothing is stored of it.</summary>
    /// <returns>True, or a refusal.</returns>
    public async Task<Result<bool>> CheckAsync(KnownAccount by, JoinClaim claim, string messageKey, CancellationToken ct)
    {
        if (await fits.IsMemberAsync(by.PersonId, ct))
        {
            return AlreadyMember;
        }

        if (!await JoinTries.TakeAsync(db, by.Id, messageKey, Today, ct))
        {
            return TooManyTries;
        }

        var fit = default(JoinFit);
        try
        {
            fit = await fits.FindAsync(by, claim, ct);
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

    /// <summary>Under 14 on that day. Where the roster gives no birth date nobody is asked for one.</summary>
    internal static bool NeedsGuardian(DateOnly? birthDate, DateOnly today) => birthDate is { } birth && birth.AddYears(GuardianUntil) > today;

    private DateOnly Today => ChinaTime.DateOf(clock.GetUtcNow());
}
