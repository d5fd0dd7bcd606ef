using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Lessons;

/// <summary>What shall hold for a person in a closed week.</summary>
public enum AdjustmentWish
{
    Exempt,
    NotExempt,

    /// <summary>A member of the organisation that is named with it.</summary>
    BelongedHere,

    /// <summary>Not a member of that organisation, and so of none.</summary>
    NotHere,
}

/// <param name="OrganisationId">The organisation on whose page it is asked for.</param>
/// <param name="Reason">2 to 200 characters.</param>
public sealed record WishedAdjustment(LessonId Lesson, int OrganisationId, int PersonId, AdjustmentWish Wish, string? Reason);

/// <summary>
/// Corrects closed weeks by dated entries. An entry changes where somebody belonged, or whether they were exempt; a completion moves along
/// with its person so that a recount agrees, and none comes into being. Who asks must keep the roster of every organisation whose figure changes;
/// in a single organisation that is its own secretary where it has one, see <see cref="RosterHands"/>.
/// </summary>
public sealed class Adjustments(BotDb db, LessonShelf shelf, AdjustedWeeks weeks, FigureBoard board, TimeProvider clock)
{
    public static readonly Refusal NotFrozen = new(RefusalKind.Conflict, "adjustment.not-frozen", "The week's figures are not settled yet.");
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "adjustment.not-found", "No such person on a roster of this subtree.");
    public static readonly Refusal NotYours = new(RefusalKind.Forbidden, "adjustment.not-yours", "It would change the figure of an organisation outside of this subtree.");
    public static readonly Refusal HasSecretary = new(RefusalKind.Forbidden, "adjustment.has-secretary", "The organisation's own secretary keeps its list.");
    public static readonly Refusal NotThere = new(RefusalKind.Conflict, "adjustment.not-there", "The organisation was not there in that week.");
    public static readonly Refusal BadReason = new(RefusalKind.Invalid, "adjustment.reason", "A reason of 2 to 200 characters is needed.");
    public static readonly Refusal Unchanged = new(RefusalKind.Conflict, "adjustment.unchanged", "It is so already.");
    public static readonly Refusal Several = new(RefusalKind.Conflict, "adjustment.several", "More than one person of this subtree has this number.");

    private const int LeastReason = 2;
    private const int MostReason = 200;

    /// <param name="tops">Organisations whose rosters the actor keeps, see <see cref="Viewer.TrayTops"/>.</param>
    public async Task<Result<FigureAdjustment>> AdjustAsync(WishedAdjustment wished, IReadOnlyCollection<int> tops, string actor, CancellationToken ct)
    {
        var reason = wished.Reason?.Trim() ?? "";
        if (reason.Length is < LeastReason or > MostReason)
        {
            return BadReason;
        }

        if (await shelf.FindAsync(wished.Lesson, ct) is not { } lesson || !await db.Freezes.AnyAsync(f => f.LessonId == lesson.RowId && f.FrozenAt != null, ct))
        {
            return NotFrozen;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await Tallies.LockLessonAsync(db, lesson.RowId, ct);
        await Standings.LockPersonAsync(db, wished.PersonId, ct);
        var was = await weeks.FindAsync(db, lesson, wished.PersonId, ct);
        if (await RefuseAsync(lesson, was, wished, tops, ct) is { } refusal)
        {
            return refusal;
        }

        var shall = was.As(wished);
        if (shall.Equals(was))
        {
            return Unchanged;
        }

        var row = Entry(lesson, was, shall, wished, actor, reason);
        db.Add(row);
        if (!await db.TrySaveNewAsync(ct))
        {
            return Unchanged; // somebody else's entry was the next
        }

        await weeks.MoveCompletionAsync(db, lesson, was, shall, ct);
        db.Add(new AuditEntry { At = row.At, Actor = actor, Action = "figure.adjusted", Subject = $"lesson:{lesson.Id} person:{row.PersonId} adjustment:{row.Id}", Reason = reason, OrganisationId = wished.OrganisationId });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        board.Forget();
        return row;
    }

    /// <summary>A person of the subtree by number, for those who are given no list of names, and for whoever has left the list.</summary>
    /// <param name="number">团员编号.</param>
    public async Task<Result<int>> FindByNumberAsync(string? number, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var text = number?.Trim() ?? "";
        if (text.Length == 0)
        {
            return NotFound;
        }

        var found = await db.People.Where(p => p.MemberNumber == text && db.Memberships.Any(m => m.PersonId == p.Id && Under(tops).Contains(m.OrganisationId)))
            .OrderBy(p => p.Id).Select(p => p.Id).Take(2).ToListAsync(ct);
        return found switch
        {
            [] => NotFound,
            [var personId] => personId,
            _ => Several,
        };
    }

    /// <summary>
    /// Those whose names an own secretary sees: who belongs to the branch now. Who has left is nobody's to look up here any more, and is found
    /// by number, as by those above.
    /// </summary>
    public async Task<IReadOnlyList<RosterName>> PeopleAsync(int organisationId, CancellationToken ct)
    {
        var here = await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Until == null
            join person in db.People on membership.PersonId equals person.Id
            orderby person.Id
            select new RosterName(person.Id, person.Name, person.MemberNumber)).ToListAsync(ct);

        // Who was taken off the roster as a mistake counted in the weeks before.
        var removed = await (
            from transfer in Removals.Of(db)
            where transfer.FromId == organisationId
            join person in db.People on transfer.PersonId equals person.Id
            orderby person.Id
            select new RosterName(person.Id, person.Name, person.MemberNumber)).ToListAsync(ct);
        return [.. here, .. removed.Distinct()];
    }

    private async Task<Refusal?> RefuseAsync(PublishedLesson lesson, WeekState was, WishedAdjustment wished, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        var known = await db.Memberships.AnyAsync(m => m.PersonId == wished.PersonId && Under(tops).Contains(m.OrganisationId), ct);
        if (!known || !await Under(tops).ContainsAsync(wished.OrganisationId, ct)
            || (wished.Wish is AdjustmentWish.NotHere && was.OrganisationId != wished.OrganisationId)
            || (wished.Wish is AdjustmentWish.Exempt or AdjustmentWish.NotExempt && was.OrganisationId is null))
        {
            return NotFound;
        }

        if (was.OrganisationId is { } organisation && !await Under(tops).ContainsAsync(organisation, ct))
        {
            return NotYours;
        }

        // Beside the entry the figures of both branches say what this one person did in that week, so it is for whoever keeps both lists. Between
        // two secretaries the one takes the person out, and the other takes them in.
        int[] keeps = [wished.OrganisationId, was.OrganisationId ?? wished.OrganisationId];
        if (await RosterHands.Rows(db, tops).Where(a => keeps.Contains(a.OrganisationId)).Select(a => a.OrganisationId).Distinct().CountAsync(ct) < keeps.Distinct().Count())
        {
            return HasSecretary;
        }

        return wished.Wish == AdjustmentWish.BelongedHere && !await db.FrozenFigures.AnyAsync(f => f.LessonId == lesson.RowId && f.OrganisationId == wished.OrganisationId, ct) ? NotThere : null;
    }

    private IQueryable<int> Under(IReadOnlyCollection<int> tops) => db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId)).Select(a => a.OrganisationId);

    private FigureAdjustment Entry(PublishedLesson lesson, WeekState was, WeekState shall, WishedAdjustment wished, string actor, string reason) => new()
    {
        LessonId = lesson.RowId,
        PersonId = wished.PersonId,
        Sequence = was.Sequence + 1,
        Kind = wished.Wish is AdjustmentWish.Exempt or AdjustmentWish.NotExempt ? AdjustmentKind.Exemption : AdjustmentKind.Membership,
        FromOrganisationId = was.OrganisationId,
        FromMembers = was.OrganisationId is null ? 0 : -1,
        FromExempt = was is { OrganisationId: not null, IsExempt: true } ? -1 : 0,
        FromCompleted = was.Counts ? -1 : 0,
        ToOrganisationId = shall.OrganisationId,
        ToMembers = shall.OrganisationId is null ? 0 : 1,
        ToExempt = shall is { OrganisationId: not null, IsExempt: true } ? 1 : 0,
        ToCompleted = shall.Counts ? 1 : 0,
        At = clock.GetUtcNow(),
        Actor = actor,
        Reason = reason,
    };
}
