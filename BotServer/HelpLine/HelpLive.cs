using System.Collections.Concurrent;
using Bot.Core.HelpLine;
using Bot.Core.Staff;

namespace Bot.Server.HelpLine;

/// <summary>
/// Tells open pages of the help line that something has changed. One loop a node, which rests while nobody looks: each second it asks whose
/// sessions still hold and reads once, for all of them, what is open.
/// </summary>
internal sealed partial class HelpLive(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<HelpLive> logger) : BackgroundService
{
    /// <summary>Open streams of one person; a browser with more falls back to asking.</summary>
    private const int MostOfOne = 8;

    private const int Most = 500;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<HelpListener, byte> _listeners = new();
    private readonly Lock _joining = new();
    private readonly SemaphoreSlim _somebody = new(0, 1);

    /// <param name="sessionEnds">The stream ends with it at the latest.</param>
    /// <returns>Null when the person, or the node, has as many as it may.</returns>
    public HelpListener? Join(StaffKey session, int? caseId, DateTimeOffset? sessionEnds)
    {
        var longest = clock.GetUtcNow() + LongestStream;
        var listener = new HelpListener(session, caseId, sessionEnds < longest ? sessionEnds.Value : longest);
        lock (_joining)
        {
            if (_listeners.Count >= Most || _listeners.Keys.Count(l => l.Session.StaffId == session.StaffId) >= MostOfOne || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return null;
            }

            _listeners[listener] = 0;
            if (_somebody.CurrentCount == 0)
            {
                _somebody.Release();
            }
        }

        return listener;
    }

    public void Leave(HelpListener listener) => _listeners.TryRemove(listener, out _);

    public override void Dispose()
    {
        _somebody.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Open streams would hold up the end for half a minute.
        await using var stopping = lifetime.ApplicationStopping.Register(() => EndAll(lost: false));
        while (!stoppingToken.IsCancellationRequested)
        {
            await _somebody.WaitAsync(stoppingToken);
            while (!_listeners.IsEmpty)
            {
                try
                {
                    await OnceAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    // Nobody can be looked at again: the pages ask by themselves until the next try.
                    LogInterrupted(e.GetType().Name);
                    EndAll(lost: false);
                }

                await Task.Delay(Tick, clock, stoppingToken);
            }
        }
    }

    private async Task OnceAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (rights, shapes) = (scope.ServiceProvider.GetRequiredService<HelpScope>(), scope.ServiceProvider.GetRequiredService<HelpShapes>());
        var listeners = _listeners.Keys.ToList();
        var viewers = await scope.ServiceProvider.GetRequiredService<StaffScope>().OfStaffAsync([.. listeners.Select(l => l.Session).Distinct()], ct);
        var open = await shapes.OpenAsync(ct);
        foreach (var own in listeners.GroupBy(l => l.Session))
        {
            var me = viewers.TryGetValue(own.Key, out var viewer) ? await rights.OfAsync(viewer, ct) : null;
            foreach (var listener in own)
            {
                if (me is not { SeesQueues: true })
                {
                    End(listener, lost: true);
                }
                else if (clock.GetUtcNow() >= listener.Until)
                {
                    End(listener, lost: false);
                }
                else if ((listener.CaseId is { } id ? await shapes.OfCaseAsync(me, id, open, ct) : await shapes.OfInboxAsync(me, open, ct)) is { } shape)
                {
                    listener.Show(shape);
                }
                else
                {
                    End(listener, lost: true);
                }
            }
        }
    }

    private void End(HelpListener listener, bool lost)
    {
        listener.End(lost);
        Leave(listener);
    }

    private void EndAll(bool lost)
    {
        foreach (var listener in _listeners.Keys)
        {
            End(listener, lost);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Open pages of the help line are not told of changes for now: {Fault}.")]
    private partial void LogInterrupted(string fault);
}
