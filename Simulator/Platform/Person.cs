using System.Text.Json.Serialization;

namespace Bot.Simulator.Platform;

/// <summary>A pretend user with a phone of their own.</summary>
public sealed class Person
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>One openid per appid; nothing about one tells the other.</summary>
    public Dictionary<string, string> OpenIds { get; init; } = [];

    public bool Follows { get; set; }

    /// <summary>Unix seconds of the last follow; 0 before the first.</summary>
    public long FollowedAt { get; set; }

    /// <summary>What may still be sent to this person by customer-service message, per appid.</summary>
    public Dictionary<string, SendAllowance> Allowances { get; init; } = [];

    [JsonIgnore]
    public List<ChatLine> Lines { get; } = [];

    [JsonIgnore]
    public List<Exchange> Exchanges { get; } = [];

    public string OpenIdAt(Account account) => OpenIds[account.AppId];
}
