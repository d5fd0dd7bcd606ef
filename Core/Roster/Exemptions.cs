using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>One exemption as a secretary sees it.</summary>
/// <param name="PlanId">Null for one by rule, which nobody ends.</param>
/// <param name="From">A day in China, as <paramref name="To"/>, which is the last one.</param>
/// <param name="IsOpen">In force; else it waits for its first day.</param>
public sealed record ExemptionLine(int? PlanId, int PersonId, string? Name, string Reason, DateOnly From, DateOnly? To, bool IsOpen);

/// <param name="Name">Null once the personal data was deleted.</param>
/// <param name="Number">团员编号.</param>
public sealed record RosterName(int PersonId, string? Name, string? Number);

/// <summary>免学 as those enter and end it in whose hands the roster lies, see <see cref="RosterHands"/>.</summary>
public sealed class Exemptions(BotDb db, ExemptionSwitch exemptions, FigureBoard board, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "exemption.not-found", "No such person or exemption in this subtree.");
    public static readonly Refusal ReasonUnknown = new(RefusalKind.Invalid, "exemption.reason", "Not a reason of the list.");
    public static readonly Refusal Past = new(RefusalKind.Invalid, "exemption.past", "Begins before today: closed weeks are corrected by adjustments.");
    public static readonly Refusal Reversed = new(RefusalKind.Invalid, "exemption.reversed", "Ends before it begins, or more than ten years ahead.");
    public static readonly Refusal Overlaps = new(RefusalKind.Conflict, "exemption.overlaps", "The person is exempt on some of these days already.");
    public static readonly Refusal Ended = new(RefusalKind.Conflict, "exemption.ended", "It has ended already.");

    private const int MostYears = 10;

    /// <summary>In force or to come, of the members of one organisation.</summary>
    /// <returns>Null when its roster is not in the viewer's hands.</returns>
    public async Task<IReadOnlyList<ExemptionLine>?> ListAsync(int organisationId, IReadOnlyCollection<int> tops, CancellationToken ct)
    {
        if (!await RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == organisationId, ct))
        {
            return null;
        }

        var members = db.Memberships.Where(m => m.OrganisationId == organisationId && m.Until == null && m.Category == PersonCategory.Member);
        var plans = await (
            from plan in db.ExemptionPlans.AsNoTracking()
            where plan.ClosedAt == null && members.Any(m => m.PersonId == plan.PersonId)
            join person in db.People on plan.PersonId equals person.Id
            select new ExemptionLine(plan.Id, person.Id, person.Name, plan.Reason, plan.FromDay, plan.ToDay, plan.ExemptionId != null)).ToListAsync(ct);
        var others = await (
            from row in db.Exemptions.AsNoTracking()
            where row.Until == null && members.Any(m => m.PersonId == row.PersonId) && !db.ExemptionPlans.Any(p => p.ExemptionId == row.Id)
            join person in db.People on row.PersonId equals person.Id
            select new { person.Id, person.Name, row.Reason, row.Since }).ToListAsync(ct);
        return [.. plans.Concat(others.Select(o => new ExemptionLine(null, o.Id, o.Name, o.Reason, ChinaTime.DateOf(o.Since), null, true)))
            .OrderByDescending(l => l.IsOpen).ThenBy(l => l.From).ThenBy(l => l.PersonId)];
    }

    /// <summary>Those whom the form offers: members of one organisation, by name. Empty when its roster is not in the viewer's hands.</summary>
    public async Task<IReadOnlyList<RosterName>> MembersAsync(int organisationId, IReadOnlyCollection<int> tops, CancellationToken ct)
        => await (
            from membership in db.Memberships.AsNoTracking()
            where membership.OrganisationId == organisationId && membership.Until == null && membership.Category == PersonCategory.Member
                && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == organisationId)
            join person in db.People on membership.PersonId equals person.Id
            where person.Name != null
            orderby person.Id
            select new RosterName(person.Id, person.Name!, person.MemberNumber)).ToListAsync(ct);

    /// <summary>What is in force or to come for one person, for that person.</summary>
    public async Task<IReadOnlyList<ExemptionLine>> OwnAsync(int personId, CancellationToken ct)
    {
        var plans = await db.ExemptionPlans.AsNoTracking().Where(p => p.PersonId == personId && p.ClosedAt == null).OrderBy(p => p.FromDay)
            .Select(p => new ExemptionLine(p.Id, p.PersonId, null, p.Reason, p.FromDay, p.ToDay, p.ExemptionId != null)).ToListAsync(ct);
        var others = await db.Exemptions.AsNoTracking().Where(e => e.PersonId == personId && e.Until == null && !db.ExemptionPlans.Any(p => p.ExemptionId == e.Id))
            .Select(e => new { e.Reason, e.Since }).ToListAsync(ct);
        return [.. others.Select(o => new ExemptionLine(null, personId, null, o.Reason, ChinaTime.DateOf(o.Since), null, true)), .. plans];
    }

    /// <param name="organisationId">Whose member the person is.</param>
    /// <param name="from">Today or later, in China.</param>
    /// <param name="to">The last day; null without an end.</param>
    public async Task<Result<ExemptionPlan>> AddAsync(
        int organisationId, IReadOnlyCollection<int> tops, int personId, string reason, DateOnly from, DateOnly? to, string actor, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = ChinaTime.DateOf(now);
        if (Refuse(reason, from, to, today) is { } refusal)
        {
            return refusal;
        }

        var plan = new ExemptionPlan { PersonId = personId, Reason = reason, FromDay = from, ToDay = to, MadeAt = now, MadeBy = actor };
        await using (var transaction = await db.Database.BeginTransactionAsync(ct))
        {
            await Standings.LockPersonAsync(db, personId, ct);
            if (!await InHandsOf(tops).AnyAsync(m => m.PersonId == personId && m.OrganisationId == organisationId, ct))
            {
                return NotFound;
            }

            // Whoever comes second waits at the lock and sees the first one's row.
            if (await db.ExemptionPlans.AnyAsync(p => p.PersonId == personId && p.ClosedAt == null && (to == null || p.FromDay <= to) && (p.ToDay == null || p.ToDay >= from), ct))
            {
                return Overlaps;
            }

            db.Add(plan);
            await db.SaveChangesAsync(ct);
            Audit("exemption.added", plan, organisationId, actor);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        if (from == today)
        {
            await exemptions.OpenAsync(db, plan.Id, ct);
            board.Forget();
        }

        return plan;
    }

    private static Refusal? Refuse(string reason, DateOnly from, DateOnly? to, DateOnly today)
        => !ExemptionReasons.Chosen.ContainsKey(reason) ? ReasonUnknown
            : from < today ? Past
            : to < from || from > today.AddYears(MostYears) || to > today.AddYears(MostYears) ? Reversed
            : null;

    /// <summary>Ends it now; one that has not begun is taken back as if it had never been.</summary>
    public async Task<Result<bool>> EndAsync(int planId, IReadOnlyCollection<int> tops, string actor, CancellationToken ct)
    {
        var plan = await db.ExemptionPlans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == planId && InHandsOf(tops).Any(m => m.PersonId == p.PersonId), ct);
        if (plan is null)
        {
            return NotFound;
        }

        var organisationId = await InHandsOf(tops).Where(m => m.PersonId == plan.PersonId).Select(m => m.OrganisationId).FirstAsync(ct);
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var ended = plan.ExemptionId is null ? await TakeBackAsync(plan, organisationId, actor, ct) : await exemptions.CloseAsync(db, planId, ct, async () =>
        {
            await db.ExemptionPlans.Where(p => p.Id == planId && (p.ToDay == null || p.ToDay > today)).ExecuteUpdateAsync(set => set.SetProperty(p => p.ToDay, today), ct);
            Audit("exemption.ended", plan, organisationId, actor);
            await db.SaveChangesAsync(ct);
        });
        if (!ended)
        {
            return Ended;
        }

        board.Forget();
        return true;
    }

    /// <summary>The person's lock keeps the plan from being opened at the same time, which would leave an exemption that nobody can end.</summary>
    private async Task<bool> TakeBackAsync(ExemptionPlan plan, int organisationId, string actor, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await Standings.LockPersonAsync(db, plan.PersonId, ct);
        if (await db.ExemptionPlans.Where(p => p.Id == plan.Id && p.ExemptionId == null && p.ClosedAt == null).ExecuteDeleteAsync(ct) == 0)
        {
            return false;
        }

        Audit("exemption.taken-back", plan, organisationId, actor);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Current members of the organisations whose roster is in these hands.</summary>
    private IQueryable<Membership> InHandsOf(IReadOnlyCollection<int> tops)
        => db.Memberships.Where(m => m.Until == null && m.Category == PersonCategory.Member && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == m.OrganisationId));

    /// <summary>Stored with the next save.</summary>
    private void Audit(string action, ExemptionPlan plan, int organisationId, string actor)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = actor, Action = action, Subject = $"person:{plan.PersonId} exemption-plan:{plan.Id}", Reason = plan.Reason, OrganisationId = organisationId });
}
