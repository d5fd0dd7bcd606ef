using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>
/// Whether the line is open: the settings say so, and for every topic there is a counsellor who reads it wherever the person lives. Closed, nothing
/// is promised that nobody keeps.
/// </summary>
public sealed class HelpDoor(IDbContextFactory<BotDb> databases, HelpLineOptions options, OrganisationTree tree, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private volatile Looked? _last;

    public ValueTask<bool> IsOpenAsync(CancellationToken ct)
        => !options.Open ? new(false)
            : _last is { } last && clock.GetUtcNow() - last.At is var age && age >= TimeSpan.Zero && age < FreshFor ? new(last.IsOpen)
            : new(LookAsync(ct));

    /// <summary>Topics that no counsellor of a root's team reads: the line stays closed as long as there is one.</summary>
    public async Task<IReadOnlyList<HelpTopic>> UncoveredAsync(CancellationToken ct)
    {
        var roots = (await tree.AllAsync(ct)).Nodes.Where(n => n.ParentId is null).Select(n => n.Id).ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        var covered = await db.HelpTeamMembers.Where(m => roots.Contains(m.OrganisationId)
                && db.StaffAssignments.Any(a => a.StaffId == m.StaffId && a.Role == StaffRole.Counsellor && a.OrganisationId == m.OrganisationId)
                && db.Users.Any(u => u.Id == m.StaffId && u.LeftAt == null))
            .Select(m => new { m.OrganisationId, m.Topic }).Distinct().ToListAsync(ct);
        return [.. Enum.GetValues<HelpTopic>().Where(topic => roots.Count == 0 || roots.Exists(root => !covered.Exists(c => c.OrganisationId == root && c.Topic == topic)))];
    }

    private async Task<bool> LookAsync(CancellationToken ct)
    {
        var isOpen = (await UncoveredAsync(ct)).Count == 0;
        _last = new Looked(isOpen, clock.GetUtcNow());
        return isOpen;
    }

    private sealed record Looked(bool IsOpen, DateTimeOffset At);
}
