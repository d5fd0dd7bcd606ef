using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>
/// Appeals as those see them who help when a secretary is stuck: what the server knows of one that waits for somebody else, without the
/// person's name and words, and nothing to decide.
/// </summary>
public sealed class AppealSupport(BotDb db, AppealFacts facts)
{
    /// <summary>Those that wait for somebody else below these organisations, oldest first.</summary>
    /// <param name="tops">Where the viewer is administrator.</param>
    /// <param name="own">Organisations for whose requests the viewer answers; their appeals are not in this list.</param>
    /// <param name="under">Of one area only; null for all.</param>
    public Task<FirstRows<AppealItem>> OpenAsync(IReadOnlyCollection<int> tops, IReadOnlyCollection<int> own, int? under, int atMost, CancellationToken ct)
        => Open(db, tops, own).Where(a => under == null || db.OrganisationAncestors.Any(o => o.OrganisationId == a.OrganisationId && o.AncestorId == under)).OrderBy(a => a.At).ThenBy(a => a.Id)
            .FirstRowsAsync(atMost, appeals => appeals.Select(a => new AppealItem(a.Id, a.LessonId, a.OrganisationId, null, a.Saw, a.At)), ct);

    public async Task<Result<AppealCase>> FindAsync(int appealId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await OfOthers(db, tops).FirstOrDefaultAsync(a => a.Id == appealId, ct) is { } appeal
            ? (await facts.OfAsync(appeal, ct)) with { Name = null, Text = null }
            : Appeals.NotFound;

    // Not Any, see RosterHands: it would list the whole region first.
    internal static IQueryable<Appeal> Open(BotDb db, IReadOnlyCollection<int> tops, IReadOnlyCollection<int> own)
        => OfOthers(db, tops).Where(a => RosterHands.Rows(db, own).Where(o => o.OrganisationId == a.OrganisationId).Max(o => (int?)o.Distance) == null);

    private static IQueryable<Appeal> OfOthers(BotDb db, IReadOnlyCollection<int> tops)
        => db.Appeals.AsNoTracking().Where(a => a.DecidedAt == null
            && db.OrganisationAncestors.Where(o => o.OrganisationId == a.OrganisationId && tops.Contains(o.AncestorId)).Max(o => (int?)o.Distance) != null);
}
