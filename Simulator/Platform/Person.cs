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

    /// <summary>How many notifications this person has allowed, by appid and template; see <see cref="CreditKey"/>.</summary>
    public Dictionary<string, int> Credits { get; init; } = [];

    public List<int> TagIds { get; init; } = [];

    public bool IsBlocked { get; set; }

    /// <summary>When mass messages came; four a calendar month at most.</summary>
    public List<DateTimeOffset> MassMessages { get; init; } = [];

    /// <summary>Until when the chat shows that an answer is being written.</summary>
    [JsonIgnore]
    public DateTimeOffset TypingUntil { get; set; }

    [JsonIgnore]
    public List<ChatLine> Lines { get; } = [];

    [JsonIgnore]
    public List<Exchange> Exchanges { get; } = [];

    public static string CreditKey(Account account, string templateId) => account.AppId + "/" + templateId;

    public string OpenIdAt(Account account) => OpenIds[account.AppId];
}
