using Bot.Core.Data;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>A wish to join, or to have something corrected, that waits for a secretary.</summary>
/// <param name="Name">Who asks: as typed by whoever wishes to join; of a correction the name on the roster, null for a visitor.</param>
/// <param name="Doubt">Null for a correction.</param>
/// <param name="Text">What shall be corrected; null for a wish to join.</param>
public sealed record TrayItem(int Id, bool IsJoin, int? OrganisationId, string? Name, string? Number, JoinDoubt? Doubt, string? Text, DateTimeOffset At);

/// <summary>
/// What waits for a decision about a roster. A request is read and decided by those who answer for its very organisation; by those above
/// only where that organisation has no secretary who could. Requests without an organisation are the root's. Each is decided once,
/// whoever races; name and number, or the words, are gone afterwards. <c>tops</c> are the organisations that the decider answers for,
/// <c>decidedBy</c> a staff login or <c>secretary:</c> and a person's id.
/// </summary>
public sealed class Tray(BotDb db)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "tray.not-found", "No such request in this subtree.");
    public static readonly Refusal Decided = new(RefusalKind.Conflict, "tray.decided", "Somebody has decided it already.");
    public static readonly Refusal NotOnRoster = new(RefusalKind.NotFound, "tray.not-on-roster", "The chosen person is on no roster of this subtree.");

    /// <summary>Wishes to join, to be decided by whoever answers for these organisations, oldest first.</summary>
    /// <param name="under">Of one area only; null for all.</param>
    public Task<FirstRows<TrayItem>> JoinsAsync(IReadOnlyCollection<int> tops, int? under, int atMost, CancellationToken ct)
        => OpenJoins(RosterHands.Rows(db, tops, under)).OrderBy(r => r.At).ThenBy(r => r.Id).FirstRowsAsync(atMost, Items, ct);

    /// <summary>The same of corrections.</summary>
    public async Task<FirstRows<TrayItem>> CorrectionsAsync(IReadOnlyCollection<int> tops, int? under, int atMost, CancellationToken ct)
        => await OpenCorrections(RosterHands.Rows(db, tops, under), await HasRootAsync(db, tops, under, ct)).OrderBy(r => r.At).ThenBy(r => r.Id).FirstRowsAsync(atMost, Items, ct);

    /// <returns>Null for one that has been decided, and for one that is not the decider's.</returns>
    public Task<TrayItem?> FindJoinAsync(int id, IReadOnlyCollection<int> tops, CancellationToken ct)
        => Items(OpenJoins(RosterHands.Rows(db, tops)).Where(r => r.Id == id)).FirstOrDefaultAsync(ct);

    /// <inheritdoc cref="FindJoinAsync"/>
    public async Task<TrayItem?> FindCorrectionAsync(int id, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await Items(OpenCorrections(RosterHands.Rows(db, tops), await HasRootAsync(db, tops, ct)).Where(r => r.Id == id)).FirstOrDefaultAsync(ct);

    /// <summary>How many wait in both lists.</summary>
    public async Task<int> CountAsync(IReadOnlyCollection<int> tops, CancellationToken ct)
        => await OpenJoins(RosterHands.Rows(db, tops)).CountAsync(ct) + await OpenCorrections(RosterHands.Rows(db, tops), await HasRootAsync(db, tops, ct)).CountAsync(ct);

    /// <summary>How many more wait under these organisations for a secretary of their own.</summary>
    public async Task<int> CountOfOthersAsync(IReadOnlyCollection<int> tops, int? under, CancellationToken ct)
    {
        var (all, mine) = (RosterHands.Below(db, tops, under), RosterHands.Rows(db, tops, under));
        var hasRoot = await HasRootAsync(db, tops, under, ct);
        return await OpenJoins(all).CountAsync(ct) + await OpenCorrections(all, hasRoot).CountAsync(ct) - await OpenJoins(mine).CountAsync(ct) - await OpenCorrections(mine, hasRoot).CountAsync(ct);
    }

    internal static Task<bool> HasRootAsync(BotDb db, IReadOnlyCollection<int> tops, CancellationToken ct)
        => db.Organisations.AnyAsync(o => o.ParentId == null && tops.Contains(o.Id), ct);

    /// <summary>What belongs to no organisation is in no area but a root's.</summary>
    internal static async Task<bool> HasRootAsync(BotDb db, IReadOnlyCollection<int> tops, int? under, CancellationToken ct)
        => await HasRootAsync(db, tops, ct) && (under is not { } area || await HasRootAsync(db, [area], ct));

    /// <summary>The account reads it with its next message. Stores what the transaction has so far, too.</summary>
    internal static async Task TellAsync(BotDb db, int accountId, string code, DateTimeOffset now, string messageKey, CancellationToken ct)
    {
        db.Add(new OutboxMessage { AccountId = accountId, Code = code, At = now, DueAt = now, MessageKey = messageKey });
        await db.SaveChangesAsync(ct);
    }

    private IQueryable<TrayItem> Items(IQueryable<JoinRequest> joins) => joins.Select(r => new TrayItem(r.Id, true, r.OrganisationId, r.Name, r.Number, r.Doubt, null, r.At));

    private IQueryable<TrayItem> Items(IQueryable<CorrectionRequest> corrections)
        => corrections.Select(r => new TrayItem(
            r.Id, false, r.OrganisationId, db.Accounts.Where(a => a.Id == r.AccountId).SelectMany(a => db.People.Where(p => p.Id == a.PersonId)).Select(p => p.Name).FirstOrDefault(),
            null, null, r.Text, r.At));

    // Not Any, see RosterHands: it would list the whole region first.
    private IQueryable<JoinRequest> OpenJoins(IQueryable<OrganisationAncestor> organisations)
        => db.JoinRequests.AsNoTracking().Where(r => r.DecidedAt == null && organisations.Where(a => a.OrganisationId == r.OrganisationId).Max(a => (int?)a.Distance) != null);

    private IQueryable<CorrectionRequest> OpenCorrections(IQueryable<OrganisationAncestor> organisations, bool withoutOrganisation)
        => db.CorrectionRequests.AsNoTracking()
            .Where(r => r.DecidedAt == null && ((r.OrganisationId == null && withoutOrganisation)
                || organisations.Where(a => a.OrganisationId == r.OrganisationId).Max(a => (int?)a.Distance) != null));
}
