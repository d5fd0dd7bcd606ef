using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Notes when linked accounts of the help line's staff last wrote: for 48 hours from then on alerts reach their chats.</summary>
public sealed class HelpHearing(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);

    private volatile Known? _known;

    public async Task NoteAsync(int accountId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_known is not { } known || now - known.At is var age && (age < TimeSpan.Zero || age >= FreshFor))
        {
            _known = known = new Known(await ReadAsync(ct), now);
        }

        if (!known.Staff.TryGetValue(accountId, out var staffId))
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var at = now.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO help_presences (staff_id, is_available, since, heard_at) VALUES ({staffId}, {false}, {at}, {at}) ON CONFLICT (staff_id) DO UPDATE SET heard_at = excluded.heard_at", ct);
    }

    private async Task<Dictionary<int, int>> ReadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.StaffLinks.AsNoTracking().Where(l => db.StaffAssignments.Any(a => a.StaffId == l.StaffId && (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor)))
            .ToDictionaryAsync(l => l.AccountId, l => l.StaffId, ct);
    }

    private sealed record Known(IReadOnlyDictionary<int, int> Staff, DateTimeOffset At);
}
