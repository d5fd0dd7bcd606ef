using Bot.Core.Data;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Window">Of the linked account; null where nothing is known of it.</param>
/// <param name="Credits">Notifications that the linked account has left.</param>
public sealed record HelpStaffRow(int StaffId, string Login, bool IsAvailable, DateTimeOffset? Since, bool IsCounsellor, bool IsSupervisor, bool IsLinked, HelpWindow? Window, int Credits, IReadOnlyList<HelpTeam> Teams);

/// <summary>Whether an alert reaches somebody's WeChat now.</summary>
internal sealed record HelpReach(string Login, bool IsLinked, HelpWindow? Window, int Credits);

/// <summary>Counsellors and duty supervisors: where they serve, whether they are there, and whether WeChat lets anything through to them.</summary>
public sealed class HelpStaff(BotDb db, OrganisationTree tree, PushesOptions options, TimeProvider clock)
{
    internal async Task<IReadOnlyList<HelpStaffRow>> ListAsync(HelpViewer viewer, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var roles = (await db.StaffAssignments.AsNoTracking()
            .Where(a => (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor) && db.Users.Any(u => u.Id == a.StaffId && u.LeftAt == null))
            .Select(a => new { a.StaffId, a.Role, a.OrganisationId }).ToListAsync(ct)).Where(a => Concerns(all, viewer, a.OrganisationId)).ToLookup(a => a.StaffId);
        var ids = roles.Select(r => r.Key).ToList();
        var presences = await db.HelpPresences.AsNoTracking().Where(p => ids.Contains(p.StaffId)).ToDictionaryAsync(p => p.StaffId, ct);
        var teams = (await db.HelpTeamMembers.AsNoTracking().Where(m => ids.Contains(m.StaffId)).ToListAsync(ct)).ToLookup(m => m.StaffId);
        var reached = await ReachAsync(ids, ct);
        return [.. ids.Select(id =>
        {
            var (reach, presence) = (reached[id], presences.GetValueOrDefault(id));
            return new HelpStaffRow(
                id, reach.Login, presence is { IsAvailable: true }, presence?.Since, roles[id].Any(r => r.Role == StaffRole.Counsellor), roles[id].Any(r => r.Role == StaffRole.DutySupervisor),
                reach.IsLinked, reach.Window, reach.Credits, [.. teams[id].Where(t => Concerns(all, viewer, t.OrganisationId)).Select(t => new HelpTeam(t.OrganisationId, t.Topic))]);
        }).OrderBy(row => row.Login, StringComparer.Ordinal)];
    }

    internal async Task<IReadOnlyDictionary<int, HelpReach>> ReachAsync(IReadOnlyCollection<int> staffIds, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var people = await db.Users.AsNoTracking().Where(u => staffIds.Contains(u.Id)).Select(u => new
        {
            u.Id,
            Login = u.UserName!,
            AccountId = db.StaffLinks.Where(l => l.StaffId == u.Id).Select(l => (int?)l.AccountId).FirstOrDefault(),
            HeardAt = db.HelpPresences.Where(p => p.StaffId == u.Id).Select(p => p.HeardAt).FirstOrDefault(),
        }).ToListAsync(ct);
        var reached = new Dictionary<int, HelpReach>();
        foreach (var person in people)
        {
            var window = person is { AccountId: { } account, HeardAt: { } heard } ? await HelpWindows.OfAsync(db, account, heard, now, ct) : null;
            reached[person.Id] = new HelpReach(person.Login, person.AccountId is not null, window, person.AccountId is { } linked ? await CreditsAsync(linked, ct) : 0);
        }

        return reached;
    }

    /// <summary>True for what lies within the viewer's areas or covers one of them.</summary>
    internal static bool Concerns(TreeSnapshot all, HelpViewer viewer, int organisationId)
        => viewer.CounsellorTops.Concat(viewer.SupervisorTops).Any(top => all.IsUnder(organisationId, top) || all.IsUnder(top, organisationId));

    private Task<int> CreditsAsync(int accountId, CancellationToken ct)
        => options.Notice.IsOn ? db.Credits.CountAsync(c => c.AccountId == accountId && c.TemplateId == options.Notice.TemplateId && c.EndedAt == null, ct) : Task.FromResult(0);
}
