using Bot.Core.Data;
using Bot.Core.Staff;

namespace Bot.Core.Roster;

/// <summary>Who decides about an organisation's people, and so may see their names.</summary>
public static class RosterHands
{
    /// <summary>
    /// Organisations whose people are decided about by whoever answers for <paramref name="tops"/>: these themselves, and those below
    /// that have no secretary who could. To be asked for one organisation, with Any: of a region's tens of thousands only that one is then
    /// looked at.
    /// </summary>
    public static IQueryable<OrganisationAncestor> Rows(BotDb db, IReadOnlyCollection<int> tops)
    {
        // Not Any: SQLite 3.35 makes a list of all accounts of that, and looks for each of them in every branch that is asked for.
        var withSecretary = Secretaries.Current(db).Where(m => db.Accounts.Where(a => a.PersonId == m.PersonId).Max(a => (int?)a.Id) != null);
        return db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId) && (a.Distance == 0 || !withSecretary.Any(m => m.OrganisationId == a.OrganisationId)));
    }

    /// <summary>Of these, the organisations of one area.</summary>
    /// <param name="under">An organisation with everything below it; null for all. That the viewer sees it is asked before.</param>
    public static IQueryable<OrganisationAncestor> Rows(BotDb db, IReadOnlyCollection<int> tops, int? under)
        => Of(db, Rows(db, tops), under);

    /// <summary>Everything below these, whoever decides there; of one area where that is given.</summary>
    public static IQueryable<OrganisationAncestor> Below(BotDb db, IReadOnlyCollection<int> tops, int? under)
        => Of(db, db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId)), under);

    // Not Any, as above.
    private static IQueryable<OrganisationAncestor> Of(BotDb db, IQueryable<OrganisationAncestor> organisations, int? under)
        => under is not { } area ? organisations
            : organisations.Where(a => db.OrganisationAncestors.Where(o => o.OrganisationId == a.OrganisationId && o.AncestorId == area).Max(o => (int?)o.Distance) != null);
}
