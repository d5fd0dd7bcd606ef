namespace Bot.Simulator.Platform;

public enum Side
{
    Me,
    Account,
    Note,
}

/// <summary>One thing seen in the chat.</summary>
/// <param name="Kind">text, image, voice, video, music, location, link, news, notice or choices.</param>
/// <param name="Exchange">The push that it belongs to, if any.</param>
public sealed record ChatLine(long Id, Side Side, string Kind, DateTimeOffset At, long? Exchange)
{
    public string? Text { get; init; }

    public string? Title { get; init; }

    public string? Description { get; init; }

    public string? PictureUrl { get; init; }

    public string? Url { get; init; }

    public IReadOnlyList<Choice>? Choices { get; init; }
}

/// <summary>One line of an msgmenu that can be tapped.</summary>
public sealed record Choice(string Id, string Text);
