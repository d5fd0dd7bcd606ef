using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Whose turn it is with an alert.</summary>
internal static class HelpPeople
{
    /// <summary>Of the area: they review what was revealed in an emergency.</summary>
    public static async Task<IReadOnlyList<int>> CustodiansAsync(BotDb db, TreeSnapshot tree, int areaId, CancellationToken ct)
        => [.. (await db.StaffAssignments.AsNoTracking().Where(a => a.Role == StaffRole.Custodian && db.Users.Any(u => u.Id == a.StaffId && u.LeftAt == null)).ToListAsync(ct))
            .Where(a => tree.IsUnder(areaId, a.OrganisationId)).Select(a => a.StaffId).Distinct()];

    /// <param name="level">That the alert had until now: 0 calls those on duty, 1 the available of the team, 2 the supervisors, 3 everybody of the team and all supervisors.</param>
    /// <returns>Ids of staff that have not left.</returns>
    public static async Task<IReadOnlyList<int>> OfAsync(BotDb db, TreeSnapshot tree, int areaId, HelpTopic topic, int level, DateTimeOffset now, CancellationToken ct)
    {
        var serving = await ServingAsync(db, ct);
        if (level > 2)
        {
            return serving.Everybody(tree, areaId, topic);
        }

        if (level != 1)
        {
            // A plan outlives a role: whoever may not serve any more is not called.
            var planned = (await db.HelpDuties.AsNoTracking().Where(d => d.BeginsAt <= now && d.EndsAt > now && (d.Topic == null || d.Topic == topic)).ToListAsync(ct))
                .Where(d => d.IsSupervisor == level > 0 && tree.IsUnder(areaId, d.OrganisationId)
                    && (d.IsSupervisor ? serving.Supervisors(tree, areaId) : serving.Team(tree, areaId, topic)).Contains(d.StaffId))
                .Select(d => d.StaffId).Distinct().ToList();
            return planned.Count > 0 || level == 0 ? planned : serving.Supervisors(tree, areaId);
        }

        var members = serving.Team(tree, areaId, topic);
        var available = await db.HelpPresences.Where(p => members.Contains(p.StaffId) && p.IsAvailable).Select(p => p.StaffId).ToListAsync(ct);
        return available.Count > 0 ? available : members;
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
