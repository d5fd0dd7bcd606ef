using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Organisation">Path of the area.</param>
/// <param name="Topic">Null for all.</param>
/// <param name="IsLinked">A WeChat account is linked: alerts can be sent there.</param>
/// <param name="Window">Of the linked account; null where nothing is known of it.</param>
/// <param name="Credits">Notifications that the linked account has left.</param>
/// <param name="IsCalled">False where the role or the topic was taken away since it was planned: no alert goes there.</param>
public sealed record HelpDutyRow(int Id, int StaffId, string Login, string Organisation, HelpTopic? Topic, DateTimeOffset BeginsAt, DateTimeOffset EndsAt, bool IsSupervisor, bool IsLinked, HelpWindow? Window, int Credits, bool IsCalled);

/// <summary>Who is on duty when, and who is there now.</summary>
public sealed class HelpDuties(BotDb db, HelpStaff staff, HelpSteps steps, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal WrongRange = new(RefusalKind.Invalid, "help.duty-range", "A duty ends after it begins, 16 hours later at most, not in the past and at most 60 days ahead.");

    public static readonly TimeSpan Longest = TimeSpan.FromHours(16);
    public static readonly TimeSpan Furthest = TimeSpan.FromDays(60);

    /// <summary>Duties that touch this time, of areas within the viewer's or above them; by their beginning.</summary>
    public async Task<IReadOnlyList<HelpDutyRow>> ListAsync(HelpViewer viewer, DateTimeOffset from, DateTimeOffset until, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var duties = await db.HelpDuties.AsNoTracking().Where(d => d.EndsAt > from && d.BeginsAt < until && db.Users.Any(u => u.Id == d.StaffId && u.LeftAt == null))
            .OrderBy(d => d.BeginsAt).ThenBy(d => d.Id).ToListAsync(ct);
        var seen = duties.Where(d => HelpStaff.Concerns(all, viewer, d.OrganisationId)).ToList();
        var serving = await HelpPeople.ServingAsync(db, ct);
        var reached = await staff.ReachAsync([.. seen.Select(d => d.StaffId).Distinct()], ct);
        return [.. seen.Select(d =>
        {
            var reach = reached[d.StaffId];
            return new HelpDutyRow(d.Id, d.StaffId, reach.Login, all.PathOf(d.OrganisationId) ?? "", d.Topic, d.BeginsAt, d.EndsAt, d.IsSupervisor, reach.IsLinked, reach.Window, reach.Credits,
                serving.MayServe(all, d));
        })];
    }

    /// <summary>Topics of which nobody at all would be called in one of the viewer's areas, day or night.</summary>
    public async Task<IReadOnlyList<HelpTopic>> UnreachedAsync(HelpViewer viewer, CancellationToken ct)
    {
        var (all, serving) = (await tree.AllAsync(ct), await HelpPeople.ServingAsync(db, ct));
        var tops = viewer.CounsellorTops.Concat(viewer.SupervisorTops).Distinct().Where(top => all.Find(top) is not null).ToList();
        return [.. Enum.GetValues<HelpTopic>().Where(topic => tops.Exists(top => serving.Everybody(all, top, topic).Count == 0))];
    }

    /// <summary>By a supervisor of the organisation; 16 hours at most, not longer than 60 days ahead.</summary>
    /// <param name="topic">Null for all.</param>
    public async Task<Result<int>> AddAsync(HelpViewer viewer, int staffId, int organisationId, HelpTopic? topic, DateTimeOffset beginsAt, DateTimeOffset endsAt, bool isSupervisor, CancellationToken ct)
    {
        var (all, now) = (await tree.AllAsync(ct), clock.GetUtcNow());
        if (all.Find(organisationId) is null || !HelpScope.Supervises(all, viewer, organisationId))
        {
            return HelpScope.NotFound;
        }

        if (endsAt <= beginsAt || endsAt - beginsAt > Longest || endsAt <= now || beginsAt > now + Furthest)
        {
            return WrongRange;
        }

        if (await HelpTeams.LoginAsync(db, all, staffId, organisationId, isSupervisor, ct) is not { } login)
        {
            return HelpTeams.NotMember;
        }

        var duty = new HelpDuty { StaffId = staffId, OrganisationId = organisationId, Topic = topic, BeginsAt = beginsAt.ToUniversalTime(), EndsAt = endsAt.ToUniversalTime(), IsSupervisor = isSupervisor };
        db.Add(duty);
        Note(viewer, "help.duty-added", duty, login);
        await db.SaveChangesAsync(ct);
        return duty.Id;
    }

    public async Task<Result<int>> RemoveAsync(HelpViewer viewer, int dutyId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        if (await db.HelpDuties.FirstOrDefaultAsync(d => d.Id == dutyId, ct) is not { } duty || !HelpScope.Supervises(all, viewer, duty.OrganisationId))
        {
            return HelpScope.NotFound;
        }

        db.Remove(duty);
        Note(viewer, "help.duty-removed", duty, await db.Users.Where(u => u.Id == duty.StaffId).Select(u => u.UserName!).FirstAsync(ct));
        await db.SaveChangesAsync(ct);
        return dutyId;
    }

    /// <summary>One's own. Who goes gives back what waits for an answer: nobody is left with somebody who went home.</summary>
    public async Task SetPresenceAsync(HelpViewer viewer, bool isAvailable, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await db.HelpPresences.Where(p => p.StaffId == viewer.StaffId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.IsAvailable, isAvailable).SetProperty(p => p.Since, now), ct) == 0)
        {
            db.Add(new HelpPresence { StaffId = viewer.StaffId, IsAvailable = isAvailable, Since = now });
            await db.TrySaveNewAsync(ct); // a second click at once finds the row of the first
        }

        if (isAvailable)
        {
            return;
        }

        var waiting = await db.HelpCases.AsNoTracking().Where(c => c.State == HelpState.Open && c.AssignedId == viewer.StaffId && c.WaitingSince != null)
            .Select(c => new { c.Id, c.Version }).ToListAsync(ct);
        foreach (var own in waiting)
        {
            await steps.AssignAsync(viewer, own.Id, own.Version, null, ct);
        }
    }

    public Task<bool> IsAvailableAsync(HelpViewer viewer, CancellationToken ct) => db.HelpPresences.AnyAsync(p => p.StaffId == viewer.StaffId && p.IsAvailable, ct);

    /// <summary>Counsellors and supervisors of the viewer's areas.</summary>
    public Task<IReadOnlyList<HelpStaffRow>> StaffAsync(HelpViewer viewer, CancellationToken ct) => staff.ListAsync(viewer, ct);

    private void Note(HelpViewer viewer, string action, HelpDuty duty, string login) => db.Add(new AuditEntry
    {
        At = clock.GetUtcNow(),
        Actor = viewer.Login,
        Action = action,
        Subject = FormattableString.Invariant($"staff:{duty.StaffId} login:{login} from:{ChinaTime.Of(duty.BeginsAt):yyyy-MM-ddTHH:mm} to:{ChinaTime.Of(duty.EndsAt):yyyy-MM-ddTHH:mm}"),
        OrganisationId = duty.OrganisationId,
    });
}
