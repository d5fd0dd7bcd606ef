using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>
/// Tells open pages when their figures move. One loop a node, which rests while nobody looks: each second it asks whose sessions still hold – by
/// three statements at most, however many look – and reads each lesson's figures once for all of them.
/// </summary>
internal sealed partial class LiveFigures(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<LiveFigures> logger) : BackgroundService
{
    /// <summary>Open streams of one person; a browser with more falls back to asking.</summary>
    public const int MostOfOne = 6;

    /// <summary>Open streams of one node.</summary>
    private const int Most = 2000;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);

    /// <summary>Of a processor's time, reading figures takes one part in this many at most.</summary>
    private const int Leisure = 20;

    private readonly ConcurrentDictionary<LiveViewer, byte> _viewers = new();
    private readonly Lock _joining = new();
    private readonly Dictionary<LiveKey, LiveState> _states = [];
    private readonly SemaphoreSlim _somebody = new(0, 1);

    public int Count => _viewers.Count;

    /// <param name="sessionEnds">The stream ends with it at the latest.</param>
    /// <returns>Null when the person, or the node, has as many as it may.</returns>
    public LiveViewer? Join(LiveKey key, ConsoleSession session, string actor, DateTimeOffset? sessionEnds)
    {
        var longest = clock.GetUtcNow() + LongestStream;
        var viewer = new LiveViewer(key, session, actor, sessionEnds < longest ? sessionEnds.Value : longest);
        lock (_joining)
        {
            if (_viewers.Count >= Most || _viewers.Keys.Count(v => v.Actor == actor) >= MostOfOne || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return null;
            }

            _viewers[viewer] = 0;
            if (_somebody.CurrentCount == 0)
            {
                _somebody.Release();
            }
        }

        return viewer;
    }

    public void Leave(LiveViewer viewer) => _viewers.TryRemove(viewer, out _);

    public override void Dispose()
    {
        _somebody.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Open streams would hold up the end for half a minute.
        await using var stopping = lifetime.ApplicationStopping.Register(() => EndAll(_viewers.Keys, lost: false));
        while (!stoppingToken.IsCancellationRequested)
        {
            await _somebody.WaitAsync(stoppingToken);
            var due = TimeSpan.Zero;
            var begun = Stopwatch.GetTimestamp();
            while (!_viewers.IsEmpty)
            {
                try
                {
                    due = await OnceAsync(begun, due, stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    // Nobody can be looked at again: better no figures than somebody else's. The pages ask by themselves until then.
                    LogInterrupted(e.GetType().Name);
                    EndAll(_viewers.Keys, lost: false);
                }

                await Task.Delay(Tick, clock, stoppingToken);
            }

            _states.Clear();
        }
    }

    private void EndAll(IEnumerable<LiveViewer> viewers, bool lost)
    {
        foreach (var viewer in viewers)
        {
            viewer.End(lost);
            Leave(viewer);
        }
    }

    /// <returns>When, since the loop began, figures are read again.</returns>
    private async Task<TimeSpan> OnceAsync(long begun, TimeSpan due, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var viewers = await StillThereAsync(scope.ServiceProvider.GetRequiredService<StaffScope>(), ct);
        if (viewers.TrueForAll(v => _states.ContainsKey(v.Key)) && Stopwatch.GetElapsedTime(begun) < due)
        {
            viewers.ForEach(v => v.Show(_states[v.Key])); // some may have come since
            return due;
        }

        var from = Stopwatch.GetTimestamp();
        foreach (var same in viewers.GroupBy(v => v.Key))
        {
            if (await StateAsync(scope.ServiceProvider, same.Key, ct) is not { } state)
            {
                EndAll(same, lost: true);
                continue;
            }

            _states[same.Key] = state;
            foreach (var viewer in same)
            {
                viewer.Show(state);
            }
        }

        foreach (var key in _states.Keys.Except(viewers.Select(v => v.Key)).ToList())
        {
            _states.Remove(key);
        }

        return Stopwatch.GetElapsedTime(begun) + (Stopwatch.GetElapsedTime(from) * Leisure);
    }

    /// <summary>Ends the streams of those who have lost what they look at, and of those whose time is over.</summary>
    private async Task<List<LiveViewer>> StillThereAsync(StaffScope scope, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var all = _viewers.Keys.ToList();
        var staff = all.Select(v => v.Session.Staff).OfType<StaffKey>().Distinct().ToList();
        var secretaries = all.Select(v => v.Session.Secretary).OfType<SecretaryKey>().Distinct().ToList();
        var ofStaff = staff.Count > 0 ? await scope.OfStaffAsync(staff, ct) : new Dictionary<StaffKey, Viewer>();
        var ofSecretaries = secretaries.Count > 0 ? await scope.OfSecretariesAsync(secretaries, ct) : new Dictionary<SecretaryKey, Viewer>();
        var there = new List<LiveViewer>(all.Count);
        foreach (var viewer in all)
        {
            var current = viewer.Session.Staff is { } s ? ofStaff.GetValueOrDefault(s) : ofSecretaries.GetValueOrDefault(viewer.Session.Secretary!.Value);
            if (current is null || !viewer.Key.IsStillOf(current))
            {
                EndAll([viewer], lost: true);
            }
            else if (now >= viewer.Until)
            {
                EndAll([viewer], lost: false);
            }
            else
            {
                there.Add(viewer);
            }
        }

        return there;
    }

    /// <returns>Null when the organisation or the lesson is gone, or hangs elsewhere by now.</returns>
    private async Task<LiveState?> StateAsync(IServiceProvider services, LiveKey key, CancellationToken ct)
    {
        var sheets = services.GetRequiredService<FigureSheets>();
        var tree = await services.GetRequiredService<OrganisationTree>().AllAsync(ct);
        var lesson = (await sheets.PeriodsAsync(ct)).FirstOrDefault(l => l.RowId == key.LessonRowId);
        var viewer = key.Anybody;
        if (lesson is null || (key.OrganisationId is { } id && !viewer.Tops.Any(top => tree.IsUnder(id, top))))
        {
            return null;
        }

        var sheet = key.OrganisationId is { } organisation ? await sheets.OfAsync(viewer, tree, tree.Find(organisation)!, lesson, null, int.MaxValue, ct)
            : await sheets.OfAsync(viewer, tree, [.. viewer.Tops.Select(tree.Find).OfType<TreeNode>().OrderBy(n => n.Index)], lesson, ct);
        var needs = sheet.IsBranch ? null : await NeedsAsync(services, key, lesson, ct);
        return LiveState.After(_states.GetValueOrDefault(key), sheet, needs, Side(key, needs, sheet.Own));
    }

    private static async Task<Needs> NeedsAsync(IServiceProvider services, LiveKey key, PublishedLesson lesson, CancellationToken ct)
        => new(await services.GetRequiredService<LedgerBoard>().ReadAsync(ct), await services.GetRequiredService<WaitingBoard>().ReadAsync(ct), key.Anybody.Tops, key.MayDecide, lesson.Id);

    /// <summary>What stands beside the table.</summary>
    private static Dictionary<string, object?> Side(LiveKey key, Needs? needs, FigureLine? own)
    {
        if (key.OrganisationId is not { } id || needs is null)
        {
            return [];
        }

        var waiting = needs.Waiting.Area(id);
        var isHidden = own is { IsHidden: true };
        return new() { ["at"] = ChinaTime.Of(needs.Waiting.At).ToString("HH:mm", CultureInfo.InvariantCulture), ["requests"] = isHidden ? "—" : $"{waiting.Requests:N0}", ["appeals"] = isHidden ? "—" : $"{waiting.Appeals:N0}", ["transfers"] = $"{waiting.Transfers:N0}", ["overdue"] = $"{waiting.Overdue:N0}" };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Open pages are not told of figures for now: {Fault}.")]
    private partial void LogInterrupted(string fault);
}
