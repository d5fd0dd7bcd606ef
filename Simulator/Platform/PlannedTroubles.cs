using System.Text.Json.Serialization;

namespace Bot.Simulator.Platform;

/// <summary>What goes wrong with a call.</summary>
public enum TroubleKind
{
    /// <summary>An errcode instead of an effect.</summary>
    ErrCode,

    /// <summary>An HTTP status instead of an effect.</summary>
    Status,

    /// <summary>So many milliseconds before anything happens.</summary>
    Slow,

    /// <summary>The connection breaks before anything has happened.</summary>
    DropBefore,

    /// <summary>It happens, and the connection breaks before the answer.</summary>
    DropAfter,

    /// <summary>The event about it comes so many milliseconds late.</summary>
    LateEvent,

    /// <summary>The event about it comes twice.</summary>
    TwiceEvent,
}

/// <param name="Path">Of the API, such as /cgi-bin/message/custom/send; a star stands for the rest.</param>
/// <param name="Value">errcode, status or milliseconds.</param>
/// <param name="Times">How many calls it still meets.</param>
public sealed record PlannedTrouble(string Path, TroubleKind Kind, int Value, int Times)
{
    [JsonIgnore]
    public bool IsForEvents => Kind is TroubleKind.LateEvent or TroubleKind.TwiceEvent;

    public bool Meets(string path) => Path.EndsWith('*') ? path.StartsWith(Path[..^1], StringComparison.Ordinal) : path == Path;
}

/// <summary>What shall go wrong with the next calls, planned on the phone page or by a test; each call meets the oldest plan for its path.</summary>
public sealed class PlannedTroubles
{
    private readonly Lock _gate = new();
    private readonly List<PlannedTrouble> _plans = [];

    /// <summary>How long WeChat takes for any call.</summary>
    public TimeSpan EveryCallTakes { get; set; }

    public IReadOnlyList<PlannedTrouble> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _plans];
            }
        }
    }

    public void Plan(PlannedTrouble trouble)
    {
        lock (_gate)
        {
            _plans.Add(trouble);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _plans.Clear();
        }
    }

    public PlannedTrouble? NextFor(string path) => Next(p => !p.IsForEvents && p.Meets(path));

    /// <param name="path">Of the call that the event is about.</param>
    public PlannedTrouble? NextForEvent(string path) => Next(p => p.IsForEvents && p.Meets(path));

    private PlannedTrouble? Next(Predicate<PlannedTrouble> fits)
    {
        lock (_gate)
        {
            var at = _plans.FindIndex(fits);
            if (at < 0)
            {
                return null;
            }

            var plan = _plans[at];
            if (plan.Times <= 1)
            {
                _plans.RemoveAt(at);
            }
            else
            {
                _plans[at] = plan with { Times = plan.Times - 1 };
            }

            return plan;
        }
    }
}
