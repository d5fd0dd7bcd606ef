using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Who reads the cases of which topics where; kept by the duty supervisors of the area, each change in the audit.</summary>
public sealed class HelpTeams(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal NotMember = new(RefusalKind.Conflict, "help.not-team", "Neither counsellor nor duty supervisor there, or not in the team of the topic.");

    /// <summary>By a supervisor of the organisation, for a counsellor or supervisor there; replaces the topics of this person there.</summary>
    /// <param name="topics">None ends their reading there.</param>
    public async Task<Result<int>> SetAsync(HelpViewer viewer, int staffId, int organisationId, IReadOnlyCollection<HelpTopic> topics, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        if (all.Find(organisationId) is null || !HelpScope.Supervises(all, viewer, organisationId))
        {
            return HelpScope.NotFound;
        }

        if (await LoginAsync(db, all, staffId, organisationId, supervises: false, ct) is not { } login)
        {
            return NotMember;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.HelpTeamMembers.Where(m => m.StaffId == staffId && m.OrganisationId == organisationId).ExecuteDeleteAsync(ct);
        var chosen = topics.Where(Enum.IsDefined).Distinct().Order().ToList();
        db.AddRange(chosen.Select(topic => new HelpTeamMember { StaffId = staffId, OrganisationId = organisationId, Topic = topic }));
        db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = viewer.Login,
            Action = "help.team-set",
            Subject = $"staff:{staffId} login:{login} topics:{(chosen.Count == 0 ? "-" : string.Join(',', chosen))}",
            OrganisationId = organisationId,
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return chosen.Count;
    }

    /// <summary>Of somebody who may serve there.</summary>
    /// <param name="supervises">Only as a duty supervisor.</param>
    /// <returns>Null when they may not, or have left.</returns>
    internal static async Task<string?> LoginAsync(BotDb db, TreeSnapshot all, int staffId, int organisationId, bool supervises, CancellationToken ct)
    {
        var roles = await db.StaffAssignments.AsNoTracking().Where(a => a.StaffId == staffId && (a.Role == StaffRole.DutySupervisor || (a.Role == StaffRole.Counsellor && !supervises)))
            .Select(a => a.OrganisationId).ToListAsync(ct);
        return roles.Any(top => all.IsUnder(organisationId, top))
            ? await db.Users.Where(u => u.Id == staffId && u.LeftAt == null).Select(u => u.UserName).FirstOrDefaultAsync(ct)
            : null;
    }
}
