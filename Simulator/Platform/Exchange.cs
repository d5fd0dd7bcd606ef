namespace Bot.Simulator.Platform;

/// <summary>One push with everything that came of it, for the drawer and for tests.</summary>
public sealed class Exchange
{
    public required long Id { get; init; }

    /// <summary>The message type, or <c>event/NAME</c>.</summary>
    public required string Kind { get; init; }

    public required string Account { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What the push says, before sealing.</summary>
    public required string Push { get; init; }

    /// <summary>Address and body of the last delivery, as sent.</summary>
    public string SentTo { get; set; } = "";

    public string Sent { get; set; } = "";

    public IReadOnlyList<Attempt> Attempts { get; set; } = [];

    /// <summary>The body that the bot answered; null when no delivery was answered.</summary>
    public string? Received { get; set; }

    /// <summary>The answer after opening; equal to <see cref="Received"/> when it was not sealed.</summary>
    public string? Opened { get; set; }

    public PassiveReply? Reply { get; set; }

    /// <summary>Why WeChat would show its failure sentence.</summary>
    public string? Problem { get; set; }
}

/// <summary>One delivery of a push.</summary>
public sealed record Attempt(DateTimeOffset StartedAt, double Milliseconds, int? Status, string? Problem);

/// <summary>A passive reply that WeChat would accept.</summary>
public sealed record PassiveReply(string Type)
{
    public string? Text { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public string? PictureUrl { get; init; }

    public string? Url { get; init; }

    public string? MediaId { get; init; }
}

/// <summary>One call of the platform's API, as the drawer lists it; never with its body.</summary>
public sealed record ApiCall(DateTimeOffset At, string Path, int ErrCode);
