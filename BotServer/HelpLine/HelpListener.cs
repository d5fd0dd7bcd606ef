using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Bot.Core;
using Bot.Core.Staff;

namespace Bot.Server.HelpLine;

/// <summary>One open page of the help line. Its letter box holds the newest shape alone: what has changed the page asks for itself.</summary>
internal sealed class HelpListener(StaffKey session, int? caseId, DateTimeOffset until)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly Dictionary<string, object> NoRows = [];

    private readonly Channel<string> _box = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private volatile string? _latest;
    private volatile bool _lost;

    public StaffKey Session { get; } = session;

    /// <summary>The case whose thread is open; null on the inbox.</summary>
    public int? CaseId { get; } = caseId;

    public DateTimeOffset Until { get; } = until;

    public void Show(string shape)
    {
        if (_latest != shape)
        {
            _latest = shape;
            _box.Writer.TryWrite(shape);
        }
    }

    /// <param name="lost">The session, or the right to look, is gone: the page must not go on.</param>
    public void End(bool lost)
    {
        _lost = lost;
        _box.Writer.TryComplete();
    }

    /// <summary>As stream.js reads it.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(TimeProvider clock, [EnumeratorCancellation] CancellationToken ct)
    {
        while (await WaitAsync(clock, ct) is { } isThere)
        {
            var at = ChinaTime.Of(clock.GetUtcNow()).ToString("HH:mm", CultureInfo.InvariantCulture);
            if (!isThere)
            {
                yield return new SseItem<string>(at, "beat");
            }
            else if (_box.Reader.TryRead(out var shape) && !_lost)
            {
                yield return new SseItem<string>(JsonSerializer.Serialize(new { at, shape, rows = NoRows, full = true }), "figures") { ReconnectionInterval = TimeSpan.FromSeconds(3) };
            }
        }

        if (_lost)
        {
            yield return new SseItem<string>("", "end");
        }
    }

    /// <returns>True when there is something to send, false when it is time for a sign of life, null at the end.</returns>
    private async Task<bool?> WaitAsync(TimeProvider clock, CancellationToken ct)
    {
        using var beat = new CancellationTokenSource(Heartbeat, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, beat.Token);
        try
        {
            return await _box.Reader.WaitToReadAsync(either.Token) && !_lost ? true : null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return null; // the browser has gone
        }
    }
}
