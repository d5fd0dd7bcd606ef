using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Somebody of the help line's staff and what they may, read afresh with every request.</summary>
/// <param name="CounsellorTops">Of the role Counsellor; a case is read only by the team of its topic besides.</param>
public sealed record HelpViewer(
    int StaffId, string Login, IReadOnlyList<int> CounsellorTops, IReadOnlyList<int> SupervisorTops, IReadOnlyList<int> CustodianTops, IReadOnlyList<HelpTeam> Teams)
{
    /// <summary>Sees queues: counsellors and duty supervisors.</summary>
    public bool SeesQueues => CounsellorTops.Count > 0 || SupervisorTops.Count > 0;

    public bool IsSupervisor => SupervisorTops.Count > 0;

    public bool IsCustodian => CustodianTops.Count > 0;
}

public sealed record HelpTeam(int OrganisationId, HelpTopic Topic);

/// <summary>
/// Who may what with a case. Read it may a counsellor or duty supervisor of its area who is in the team of its topic there; nobody else, whatever
/// other roles they have. For whoever may not, it does not exist.
/// </summary>
public sealed class HelpScope(BotDb db, OrganisationTree tree)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "help.not-found", "No such case, or none of the viewer's.");
    public static readonly Refusal SupervisorOnly = new(RefusalKind.Forbidden, "help.supervisor-only", "A duty supervisor of the area.");
    public static readonly Refusal CustodianOnly = new(RefusalKind.Forbidden, "help.custodian-only", "A custodian of the area.");

    private static readonly StaffRole[] Roles = [StaffRole.Counsellor, StaffRole.DutySupervisor, StaffRole.Custodian];

    /// <returns>Null for who is neither counsellor nor duty supervisor nor custodian.</returns>
    public async Task<HelpViewer?> OfAsync(Viewer viewer, CancellationToken ct)
    {
        return viewer.StaffId is { } staffId ? await OfStaffAsync(staffId, viewer.Actor, ct) : null;
    }

    /// <inheritdoc cref="OfAsync"/>
    internal async Task<HelpViewer?> OfStaffAsync(int staffId, string login, CancellationToken ct)
    {
        var roles = await db.StaffAssignments.AsNoTracking().Where(a => a.StaffId == staffId && Roles.Contains(a.Role)).Select(a => new { a.Role, a.OrganisationId }).ToListAsync(ct);
        if (roles.Count == 0)
        {
            return null;
        }

        var teams = await db.HelpTeamMembers.AsNoTracking().Where(m => m.StaffId == staffId).Select(m => new HelpTeam(m.OrganisationId, m.Topic)).ToListAsync(ct);
        return new HelpViewer(staffId, login, Tops(StaffRole.Counsellor), Tops(StaffRole.DutySupervisor), Tops(StaffRole.Custodian), teams);

        IReadOnlyList<int> Tops(StaffRole role) => [.. roles.Where(r => r.Role == role).Select(r => r.OrganisationId)];
    }

    /// <summary>Cases that stand in the viewer's lists: of a counsellor those of their teams, of a supervisor all of their areas. None that still starts.</summary>
    public static IQueryable<HelpCase> Listed(BotDb db, HelpViewer me)
    {
        var (staffId, own, over) = (me.StaffId, me.CounsellorTops, me.SupervisorTops);
        return db.HelpCases.AsNoTracking().Where(c => c.State != HelpState.Starting
            && (db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && over.Contains(o.AncestorId))
                || (db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && own.Contains(o.AncestorId))
                    && db.HelpTeamMembers.Any(m => m.StaffId == staffId && m.Topic == c.Topic && db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && o.AncestorId == m.OrganisationId)))));
    }

    public static bool MayRead(TreeSnapshot tree, HelpViewer me, int areaId, HelpTopic topic)
        => me.CounsellorTops.Concat(me.SupervisorTops).Any(top => tree.IsUnder(areaId, top)) && TeamOf(tree, me, areaId, topic) is not null;

    public static bool Supervises(TreeSnapshot tree, HelpViewer me, int areaId) => me.SupervisorTops.Any(top => tree.IsUnder(areaId, top));

    public static bool Guards(TreeSnapshot tree, HelpViewer me, int areaId) => me.CustodianTops.Any(top => tree.IsUnder(areaId, top));

    /// <summary>The case, to be changed, with the organisation by whose team the viewer reads it.</summary>
    internal async Task<Result<ScopedCase>> ReadableAsync(HelpViewer me, int caseId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return await db.HelpCases.FirstOrDefaultAsync(c => c.Id == caseId && c.State != HelpState.Starting, ct) is { } found && MayRead(all, me, found.AreaId, found.Topic)
            ? new ScopedCase(found, TeamOf(all, me, found.AreaId, found.Topic)!.OrganisationId, all)
            : NotFound;
    }

    private static HelpTeam? TeamOf(TreeSnapshot tree, HelpViewer me, int areaId, HelpTopic topic)
        => me.Teams.FirstOrDefault(team => team.Topic == topic && tree.IsUnder(areaId, team.OrganisationId));
}

/// <param name="Case">Tracked.</param>
/// <param name="TeamId">The organisation by whose team the viewer reads it.</param>
internal sealed record ScopedCase(HelpCase Case, int TeamId, TreeSnapshot Tree);
