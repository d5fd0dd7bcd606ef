using System.Text.Json.Nodes;

namespace Bot.Simulator.Platform;

public enum PushMode
{
    Plain,
    Compatible,
    Safe,
}

public enum PushFormat
{
    Xml,
    Json,
}

/// <summary>One registered account: the official account or the mini program.</summary>
public sealed class Account
{
    public required string Name { get; init; }

    /// <summary>The <c>gh_</c> id that pushes are addressed to.</summary>
    public required string OriginalId { get; init; }

    public required string AppId { get; init; }

    public required string Secret { get; init; }

    public required string Token { get; init; }

    /// <summary>43 characters of Base64.</summary>
    public required string EncodingAesKey { get; init; }

    /// <summary>Where pushes go, on the bot's address.</summary>
    public required string WebhookPath { get; init; }

    public required PushFormat Format { get; init; }

    public PushMode Mode { get; set; }

    /// <summary>The body of the last accepted /cgi-bin/menu/create.</summary>
    public JsonObject? Menu { get; set; }

    /// <summary>Menus for some: each the body of an accepted addconditional, with its menuid. The newest that fits is shown.</summary>
    public List<JsonObject> ConditionalMenus { get; init; } = [];

    /// <summary>A mini program's pushes take no passive reply beyond <c>success</c>.</summary>
    public bool IsMini => Format == PushFormat.Json || WebhookPath.EndsWith("/mini", StringComparison.Ordinal);
}
