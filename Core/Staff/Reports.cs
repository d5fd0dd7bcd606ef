using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>
/// 周报: what a settled lesson came to, for everybody who answers for organisations. Nothing is stored of it: it is read from the frozen
/// figures, so that it says what every other page says. Who has linked their WeChat is told that there is a new one.
/// </summary>
public sealed class Reports(BotDb db, StaffLinks links, TimeProvider clock)
{
    public const string Code = "notice.report";

    /// <summary>Roles whose bearers answer for figures.</summary>
    private static readonly StaffRole[] Readers = [.. Enum.GetValues<StaffRole>().Where(r => r.KeepsRoster())];

    /// <summary>An older one is no news: of an installation that takes in past lessons nobody is told.</summary>
    private static readonly TimeSpan NewFor = TimeSpan.FromDays(7);

    /// <summary>Staff who keep rosters, and a branch's own secretary.</summary>
    public static bool May(Viewer viewer) => viewer.TrayTops.Count > 0;

    /// <summary>Rows of the lessons whose figures are settled.</summary>
    public async Task<IReadOnlySet<int>> SettledAsync(CancellationToken ct)
        => (await db.Freezes.Where(f => f.FrozenAt != null).Select(f => f.LessonId).ToListAsync(ct)).ToHashSet();

    /// <summary>Tells of the newest report; each of the staff once.</summary>
    /// <returns>How many are told now.</returns>
    public async Task<int> TellAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var since = now - NewFor;
        var newest = await db.Lessons.Where(l => l.State == LessonState.Published && l.ClosesAt >= since && db.Freezes.Any(f => f.LessonId == l.Id && f.FrozenAt != null))
            .OrderByDescending(l => l.ClosesAt).Select(l => (int?)l.Id).FirstOrDefaultAsync(ct);
        if (newest is not { } lesson)
        {
            return 0;
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"report:{lesson}");
        var staff = await Wanting(db).Where(l => !db.Outbox.Any(m => m.AccountId == l.AccountId && m.MessageKey == key)).OrderBy(l => l.StaffId).Select(l => l.StaffId).ToListAsync(ct);
        var (told, at) = (0, now.ToUnixTimeMilliseconds());
        foreach (var id in staff)
        {
            if (await links.AccountOfAsync(id, ct) is { } account)
            {
                told += await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO outbox (account_id, code, at, due_at, state, message_key) VALUES ({account.Id}, {Code}, {at}, {at}, 0, {key})
                    ON CONFLICT (account_id, message_key) DO NOTHING
                    """,
                    ct);
            }
        }

        return told;
    }

    /// <returns>False for somebody who does not want to be told; null for a branch's secretary without a login, who never is.</returns>
    public async Task<bool?> IsToldAsync(Viewer viewer, CancellationToken ct)
        => viewer.StaffId is not { } id ? null : await db.Users.AnyAsync(u => u.Id == id && u.NoReportsSince == null, ct);

    /// <param name="wants">To be told in WeChat.</param>
    public async Task ChooseAsync(Viewer viewer, bool wants, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await db.Users.Where(u => u.Id == viewer.StaffId && (u.NoReportsSince == null) != wants)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.NoReportsSince, wants ? (DateTimeOffset?)null : now), ct);
    }

    /// <summary>Whether this account is told of reports in WeChat.</summary>
    public Task<bool> IsToldAsync(int accountId, CancellationToken ct) => IsWantedAsync(db, accountId, ct);

    /// <summary>Whether who was to be told of this lesson's report still is one who wants it, and there is none after it.</summary>
    internal static async Task<bool> HoldsAsync(BotDb db, int lessonRowId, int accountId, CancellationToken ct)
        => await IsWantedAsync(db, accountId, ct) && !await db.Lessons.AnyAsync(
            l => l.State == LessonState.Published && db.Lessons.Any(of => of.Id == lessonRowId && of.ClosesAt < l.ClosesAt) && db.Freezes.Any(f => f.LessonId == l.Id && f.FrozenAt != null), ct);

    private static Task<bool> IsWantedAsync(BotDb db, int accountId, CancellationToken ct) => Wanting(db).AnyAsync(l => l.AccountId == accountId, ct);

    private static IQueryable<StaffLink> Wanting(BotDb db)
        => db.StaffLinks.AsNoTracking().Where(l => db.Users.Any(u => u.Id == l.StaffId && u.LeftAt == null && u.NoReportsSince == null)
            && db.StaffAssignments.Any(a => a.StaffId == l.StaffId && Readers.Contains(a.Role)));
}
