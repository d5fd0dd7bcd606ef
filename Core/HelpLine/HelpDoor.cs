using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>
/// Whether the line is open: the settings say so, and for every topic there are a counsellor and a duty supervisor, two people, who read it wherever
/// the person lives. Closed, nothing is promised that nobody keeps.
/// </summary>
public sealed class HelpDoor(IDbContextFactory<BotDb> databases, HelpLineOptions options, OrganisationTree tree, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private volatile Looked? _last;
    private volatile Looked? _cases;

    public ValueTask<bool> IsOpenAsync(CancellationToken ct)
        => !options.Open ? new(false)
            : _last is { } last && clock.GetUtcNow() - last.At is var age && age >= TimeSpan.Zero && age < FreshFor ? new(last.IsOpen)
            : new(LookAsync(ct));

    /// <summary>Topics that not both a counsellor and another person, a duty supervisor, of a root's team read: the line stays closed as long as there is one.</summary>
    public async Task<IReadOnlyList<HelpTopic>> UncoveredAsync(CancellationToken ct)
    {
        var roots = (await tree.AllAsync(ct)).Nodes.Where(n => n.ParentId is null).Select(n => n.Id).ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var readers = await (from member in db.HelpTeamMembers
                             join role in db.StaffAssignments on new { member.StaffId, member.OrganisationId } equals new { role.StaffId, role.OrganisationId }
                             where roots.Contains(member.OrganisationId) && (role.Role == StaffRole.Counsellor || role.Role == StaffRole.DutySupervisor)
                                 && db.Users.Any(u => u.Id == member.StaffId && u.LeftAt == null)
                             select new { member.OrganisationId, member.Topic, member.StaffId, role.Role }).ToListAsync(ct);
        return [.. Enum.GetValues<HelpTopic>().Where(topic => roots.Count == 0 || !roots.TrueForAll(root =>
        {
            var team = readers.Where(r => r.OrganisationId == root && r.Topic == topic).ToList();
            return team.Exists(c => c.Role == StaffRole.Counsellor && team.Exists(s => s.Role == StaffRole.DutySupervisor && s.StaffId != c.StaffId));
        }))];
    }

    /// <summary>Whether cases are open that began while the line was: they go on until they are closed.</summary>
    public async ValueTask<bool> HasCasesAsync(CancellationToken ct)
    {
        if (_cases is { } last && clock.GetUtcNow() - last.At is var age && age >= TimeSpan.Zero && age < FreshFor)
        {
            return last.IsOpen;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var has = await db.HelpCases.AnyAsync(c => c.State <= HelpState.Open, ct);
        _cases = new Looked(has, clock.GetUtcNow());
        return has;
    }

    private async Task<bool> LookAsync(CancellationToken ct)
    {
        var isOpen = (await UncoveredAsync(ct)).Count == 0;
        _last = new Looked(isOpen, clock.GetUtcNow());
        return isOpen;
    }

    private sealed record Looked(bool IsOpen, DateTimeOffset At);
}
