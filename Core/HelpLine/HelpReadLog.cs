using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Alias">"" once the case is erased.</param>
/// <param name="By">Path of the organisation by whose team, or by whose role, the reader might.</param>
public sealed record HelpReadRow(long Id, DateTimeOffset At, string Login, int CaseId, string Alias, HelpTopic Topic, string Area, HelpReadOf What, string By);

/// <summary>Who has read what; for duty supervisors, each of their areas.</summary>
public sealed class HelpReadLog(BotDb db, OrganisationTree tree)
{
    /// <summary>Newest first.</summary>
    /// <param name="from">First day in China.</param>
    /// <param name="to">Last day in China.</param>
    /// <param name="caseId">Null for all.</param>
    /// <param name="login">Exactly; null for all.</param>
    /// <param name="rows">How many at most.</param>
    public async Task<Result<IReadOnlyList<HelpReadRow>>> ListAsync(HelpViewer viewer, DateOnly from, DateOnly to, int? caseId, string? login, int rows, CancellationToken ct)
    {
        if (!viewer.IsSupervisor)
        {
            return HelpScope.SupervisorOnly;
        }

        var (over, since, until) = (viewer.SupervisorTops, ChinaTime.StartOf(from), ChinaTime.StartOf(to.AddDays(1)));
        var reads = from read in db.HelpReads.AsNoTracking()
                    where read.At >= since && read.At < until
                    join help in db.HelpCases on read.CaseId equals help.Id
                    where db.OrganisationAncestors.Any(o => o.OrganisationId == help.AreaId && over.Contains(o.AncestorId))
                    join staff in db.Users on read.StaffId equals staff.Id
                    select new { read.Id, read.At, Login = staff.UserName!, read.CaseId, help.Alias, help.Topic, help.AreaId, read.What, read.OrganisationId };
        if (caseId is { } id)
        {
            reads = reads.Where(r => r.CaseId == id);
        }

        if (login is not null)
        {
            reads = reads.Where(r => r.Login == login);
        }

        var all = await tree.AllAsync(ct);
        var found = await reads.OrderByDescending(r => r.At).ThenByDescending(r => r.Id).Take(rows).ToListAsync(ct);
        return found.ConvertAll(r => new HelpReadRow(r.Id, r.At, r.Login, r.CaseId, r.Alias, r.Topic, all.PathOf(r.AreaId) ?? "", r.What, all.PathOf(r.OrganisationId) ?? ""));
    }
}
