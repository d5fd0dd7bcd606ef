using System.Text.Json.Nodes;

namespace Bot.Simulator.Platform;

/// <summary>How long the values of subscription notifications may be (wechat-protocol.md §6.4).</summary>
internal static class NoticeLimits
{
    private static readonly Dictionary<string, int> Longest = new()
    {
        ["thing"] = 20,
        ["number"] = 32,
        ["letter"] = 32,
        ["character_string"] = 32,
        ["symbol"] = 5,
        ["phrase"] = 5,
        ["name"] = 20,
        ["phone_number"] = 17,
        ["car_number"] = 8,
        ["amount"] = 12,
        ["time"] = 40,
        ["date"] = 40,
    };

    /// <returns>The first key whose value is missing, empty, of no kind or too long; null when all are well.</returns>
    public static string? Wrong(JsonObject? data)
        => data is not { Count: > 0 } ? "" : data.Where(d => !Fits(d.Key, Value(d.Value))).Select(d => d.Key).FirstOrDefault();

    public static string Value(JsonNode? member)
        => member is JsonObject fields && fields["value"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static bool Fits(string key, string value)
        => Longest.TryGetValue(key.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), out var longest)
            && value.Length > 0 && value.Length <= longest && !value.Contains('\n', StringComparison.Ordinal);
}
