using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>
/// 书记 and 副书记 of a branch, that is an organisation with nothing below it, come in from the chat without a password. Those of
/// committees see more than their own and have an account with a second factor.
/// </summary>
public sealed class Secretaries(BotDb db)
{
    public static readonly Refusal NotSecretary = new(RefusalKind.Forbidden, "progress.not-secretary", "Only a secretary or deputy sees an organisation's progress.");

    /// <returns>The organisation that the person behind the account is secretary of now.</returns>
    public async Task<Result<int>> OrganisationAsync(KnownAccount account, CancellationToken ct)
        => await Current(db).Where(m => m.PersonId == account.PersonId).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct) is { } id ? id : NotSecretary;

    /// <summary>Organisations whose requests are decided by whoever answers for <paramref name="tops"/>: these, and those below without a secretary who could.</summary>
    internal static IQueryable<int> InHandsOf(BotDb db, IReadOnlyCollection<int> tops)
    {
        var withSecretary = Current(db).Where(m => db.Accounts.Any(a => a.PersonId == m.PersonId)).Select(m => m.OrganisationId);
        return db.OrganisationAncestors
            .Where(a => tops.Contains(a.AncestorId) && (a.Distance == 0 || !withSecretary.Contains(a.OrganisationId)))
            .Select(a => a.OrganisationId);
    }

    internal static IQueryable<Membership> Current(BotDb db)
        => db.Memberships.AsNoTracking().Where(m => m.Until == null && (m.Duty == Duty.Secretary || m.Duty == Duty.DeputySecretary)
            && !db.Organisations.Any(o => o.ParentId == m.OrganisationId));
}
