namespace Bot.Core.HelpLine;

/// <summary>What a message holds once it is unsealed.</summary>
public sealed record HelpBody(string Text)
{
    /// <summary>Of a reply: the key of its row in the outbox.</summary>
    public string? OutboxKey { get; init; }

    /// <summary>WeChat's, until it has been fetched.</summary>
    public string? MediaId { get; init; }

    /// <summary>Of the stored file.</summary>
    public string? ContentType { get; init; }

    public decimal? Latitude { get; init; }

    public decimal? Longitude { get; init; }

    /// <summary>The kind only: what people typed stays out of logs.</summary>
    public override string ToString() => nameof(HelpBody);
}
