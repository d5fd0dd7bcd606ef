namespace Bot.Core.Data;

/// <summary>Section <c>Redis</c>.</summary>
public sealed class RedisOptions
{
    /// <summary>StackExchange.Redis configuration; empty keeps shared state in this process, which is right for a single node.</summary>
    public string ConnectionString { get; set; } = "";
}
