using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Who is called, one after the other, until somebody acknowledges; the number is the level that an alert has until then.</summary>
internal enum HelpTurn
{
    /// <summary>Who is on duty now.</summary>
    OnDuty,

    /// <summary>Whose duty begins next, within a day.</summary>
    NextOnDuty,

    /// <summary>The available of the team; all of it where nobody is.</summary>
    Team,

    /// <summary>Supervisors on duty; all of the area where none is.</summary>
    Supervisors,

    /// <summary>The team and all supervisors, again and again.</summary>
    Everybody,
}

/// <summary>Whose turn it is with an alert.</summary>
internal static class HelpPeople
{
    private static readonly TimeSpan NextWithin = TimeSpan.FromDays(1);

    /// <summary>Of the area: they review what was revealed in an emergency.</summary>
    public static async Task<IReadOnlyList<int>> CustodiansAsync(BotDb db, TreeSnapshot tree, int areaId, CancellationToken ct)
        => [.. (await db.StaffAssignments.AsNoTracking().Where(a => a.Role == StaffRole.Custodian && db.Users.Any(u => u.Id == a.StaffId && u.LeftAt == null)).ToListAsync(ct))
            .Where(a => tree.IsUnder(areaId, a.OrganisationId)).Select(a => a.StaffId).Distinct()];

    /// <returns>Ids of staff that have not left.</returns>
    public static async Task<IReadOnlyList<int>> OfAsync(BotDb db, TreeSnapshot tree, int areaId, HelpTopic topic, HelpTurn turn, DateTimeOffset now, CancellationToken ct)
    {
        var serving = await ServingAsync(db, ct);
        if (turn == HelpTurn.Everybody)
        {
            return serving.Everybody(tree, areaId, topic);
        }

        var members = serving.Team(tree, areaId, topic);
        if (turn == HelpTurn.Team)
        {
            var available = await db.HelpPresences.Where(p => members.Contains(p.StaffId) && p.IsAvailable).Select(p => p.StaffId).ToListAsync(ct);
            return available.Count > 0 ? available : members;
        }

        // A plan outlives a role: whoever may not serve any more is not called.
        var (until, supervisors) = (now + NextWithin, serving.Supervisors(tree, areaId));
        var plan = (await db.HelpDuties.AsNoTracking().Where(d => d.BeginsAt <= until && d.EndsAt > now && (d.Topic == null || d.Topic == topic)).ToListAsync(ct))
            .Where(d => tree.IsUnder(areaId, d.OrganisationId) && (d.IsSupervisor ? supervisors : members).Contains(d.StaffId)).ToList();
        List<int> OnDuty(bool supervising) => [.. plan.Where(d => d.BeginsAt <= now && d.IsSupervisor == supervising).Select(d => d.StaffId).Distinct()];
        var onDuty = OnDuty(supervising: turn == HelpTurn.Supervisors);
        if (turn == HelpTurn.NextOnDuty)
        {
            var coming = plan.Where(d => d.BeginsAt > now && !d.IsSupervisor && !onDuty.Contains(d.StaffId)).ToList();
            return [.. coming.Where(d => d.BeginsAt == coming.Min(c => c.BeginsAt)).Select(d => d.StaffId).Distinct()];
        }

        return onDuty.Count > 0 || turn == HelpTurn.OnDuty ? onDuty : supervisors;
    }

    /// <summary>By two statements, for all areas.</summary>
    public static async Task<HelpServing> ServingAsync(BotDb db, CancellationToken ct)
        => new(
            await db.StaffAssignments.AsNoTracking()
                .Where(a => (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor) && db.Users.Any(u => u.Id == a.StaffId && u.LeftAt == null)).ToListAsync(ct),
            await db.HelpTeamMembers.AsNoTracking().ToListAsync(ct));
}

/// <summary>Who serves where: roles of those who have not left, and the topics that they read.</summary>
internal sealed record HelpServing(IReadOnlyList<StaffAssignment> Roles, IReadOnlyList<HelpTeamMember> Members)
{
    public IReadOnlyList<int> Supervisors(TreeSnapshot tree, int areaId)
        => [.. Roles.Where(r => r.Role == StaffRole.DutySupervisor && tree.IsUnder(areaId, r.OrganisationId)).Select(r => r.StaffId).Distinct()];

    /// <param name="topic">Null for those of any topic.</param>
    public IReadOnlyList<int> Team(TreeSnapshot tree, int areaId, HelpTopic? topic)
        => [.. Members.Where(m => (topic is null || m.Topic == topic) && tree.IsUnder(areaId, m.OrganisationId) && Roles.Any(r => r.StaffId == m.StaffId && tree.IsUnder(areaId, r.OrganisationId)))
            .Select(m => m.StaffId).Distinct()];

    public IReadOnlyList<int> Everybody(TreeSnapshot tree, int areaId, HelpTopic topic) => [.. Team(tree, areaId, topic).Union(Supervisors(tree, areaId))];

    /// <summary>The duty still calls somebody.</summary>
    public bool MayServe(TreeSnapshot tree, HelpDuty duty)
        => (duty.IsSupervisor ? Supervisors(tree, duty.OrganisationId) : Team(tree, duty.OrganisationId, duty.Topic)).Contains(duty.StaffId);
}
