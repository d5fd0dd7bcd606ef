using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>Those with the same key see the same: the organisation, seen with the same rights, in the same period.</summary>
/// <param name="OrganisationId">Null where several stand side by side.</param>
/// <param name="Tops">What they answer for, ascending.</param>
internal sealed record LiveKey(int? OrganisationId, string Tops, bool MayDecide, int LessonRowId)
{
    public static LiveKey Of(Viewer viewer, int? organisationId, int lessonRowId) => new(organisationId, Text(viewer), viewer.TrayTops.Count > 0, lessonRowId);

    /// <summary>Whether the viewer still sees what they saw when the stream was opened.</summary>
    public bool IsStillOf(Viewer viewer) => Tops == Text(viewer) && MayDecide == viewer.TrayTops.Count > 0;

    /// <summary>Somebody who sees what these viewers see, for the rules that ask for a viewer.</summary>
    public Viewer Anybody => new("live", "live", [.. Tops.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))], []);

    private static string Text(Viewer viewer) => string.Join(',', viewer.Tops.Order());
}

/// <summary>
/// One open page. Its letter box holds the newest state alone, so that a browser that does not read costs no more than one that does.
/// </summary>
internal sealed class LiveViewer(LiveKey key, ConsoleSession session, string actor, DateTimeOffset until)
{
    /// <summary>So often something is sent, so that both ends notice when the other is gone.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly Channel<LiveState> _box = Channel.CreateBounded<LiveState>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private volatile LiveState? _latest;
    private volatile bool _lost;

    public LiveKey Key { get; } = key;

    public ConsoleSession Session { get; } = session;

    public string Actor { get; } = actor;

    /// <summary>The session's end at the latest; the browser then asks again and is looked at again.</summary>
    public DateTimeOffset Until { get; } = until;

    public void Show(LiveState state)
    {
        var isNew = _latest?.Version != state.Version;
        _latest = state;
        if (isNew)
        {
            _box.Writer.TryWrite(state);
        }
    }

    /// <param name="lost">The session or what it was given for is gone: the page must not go on.</param>
    public void End(bool lost)
    {
        _lost = lost;
        _box.Writer.TryComplete();
    }

    /// <summary>The full state first, also after a reconnection, then what has changed.</summary>
    public async IAsyncEnumerable<SseItem<string>> ReadAsync(TimeProvider clock, [EnumeratorCancellation] CancellationToken ct)
    {
        long seen = 0;
        while (await WaitAsync(clock, ct) is { } isThere)
        {
            if (!isThere)
            {
                yield return new SseItem<string>(_latest?.At ?? "", "beat");
            }
            else if (_box.Reader.TryRead(out var state) && !_lost)
            {
                yield return new SseItem<string>(state.Version == seen + 1 && seen > 0 ? state.Changes : state.Full, "figures")
                {
                    EventId = state.Version.ToString(CultureInfo.InvariantCulture),
                    ReconnectionInterval = TimeSpan.FromSeconds(3),
                };
                seen = state.Version;
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
