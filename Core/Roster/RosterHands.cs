using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>In whose hands an organisation's roster lies: its own secretary's, or of those above where there is none who could.</summary>
public static class RosterHands
{
    /// <param name="tops">Organisations that the viewer answers for, see <see cref="Viewer.TrayTops"/>.</param>
    public static IQueryable<int> Of(BotDb db, IReadOnlyCollection<int> tops)
    {
        var withSecretary = Secretaries.Current(db).Where(m => db.Accounts.Any(a => a.PersonId == m.PersonId)).Select(m => m.OrganisationId);
        return db.OrganisationAncestors
            .Where(a => tops.Contains(a.AncestorId) && (a.Distance == 0 || !withSecretary.Contains(a.OrganisationId)))
            .Select(a => a.OrganisationId);
    }
}
