using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <param name="Html">From an allow-list; may be empty.</param>
public sealed record Notice(int PieceId, int OrganisationId, string Title, string Html, DateTimeOffset At, DateTimeOffset Until);

/// <summary>Approved notices that are not over, in memory: every youth page asks. Other processes' approvals show within two seconds.</summary>
public sealed class NoticeShelf(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    /// <summary>On one page; more would push away what the page is for.</summary>
    private const int Shown = 3;

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Shelf? _shelf;

    /// <summary>Those between their times; some may be for an organisation only.</summary>
    public async ValueTask<IReadOnlyList<Notice>> NowAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var all = _shelf is { } shelf && now - shelf.At < FreshFor ? shelf.Notices : await LoadAsync(ct);
        return all.Count == 0 ? all : [.. all.Where(n => n.At <= now && n.Until > now)];
    }

    /// <summary>Of these, what somebody sees who belongs to this organisation, or to none; the newest first.</summary>
    public async Task<IReadOnlyList<Notice>> ForAsync(IReadOnlyList<Notice> notices, int? organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return [.. notices.Where(n => all.Find(n.OrganisationId) is { } place && (place.ParentId is null || (organisationId is { } own && all.IsUnder(own, place.Id)))).OrderByDescending(n => n.At).Take(Shown)];
    }

    /// <summary>To be called after an approval in this process; what is held goes on while the database is away.</summary>
    public void Forget() => _shelf = _shelf is { } shelf ? shelf with { At = DateTimeOffset.MinValue } : null;

    public void Dispose() => _loading.Dispose();

    private async Task<IReadOnlyList<Notice>> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_shelf is { } fresh && now - fresh.At < FreshFor)
            {
                return fresh.Notices;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var rows = await db.Pieces.AsNoTracking().Where(p => p.Kind == PieceKind.Notice && p.OutUntil > now && p.OutAt != null)
                .Join(db.PieceVersions, p => new { p.Id, Version = p.OutVersion!.Value }, v => new { Id = v.PieceId, v.Version }, (p, v) => new { p.Id, p.OrganisationId, p.OutAt, p.OutUntil, v.Text })
                .ToListAsync(ct);
            var notices = rows.ConvertAll(r =>
            {
                var text = PieceText.Read(r.Text);
                return new Notice(r.Id, r.OrganisationId, text.Title, LessonText.Html(text.Body), r.OutAt!.Value, r.OutUntil!.Value);
            });
            _shelf = new Shelf(now, notices);
            return notices;
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            // No page is worth failing for a band: what was known goes on, and the next look is two seconds away.
            _shelf = new Shelf(clock.GetUtcNow(), _shelf?.Notices ?? []);
            return _shelf.Notices;
        }
        finally
        {
            _loading.Release();
        }
    }

    private sealed record Shelf(DateTimeOffset At, IReadOnlyList<Notice> Notices);
}
