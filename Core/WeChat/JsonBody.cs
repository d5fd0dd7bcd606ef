using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Bot.Core.WeChat;

internal static class JsonBody
{
    /// <summary>One object, as the bytes to send.</summary>
    public static byte[] Of(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    public static void WriteObject(this Utf8JsonWriter json, string name, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject(name);
        members(json);
        json.WriteEndObject();
    }

    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> values)
        => json.WriteList(name, values, JsonText.WriteTextValue);

    public static void WriteList<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    /// <summary>Nothing when it is null or empty.</summary>
    public static void WriteTextIfAny(this Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteText(name, value);
        }
    }

    /// <summary>A string member, or null when it is missing or empty.</summary>
    public static string? Text(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A number member, also when WeChat wrote it as a string; 0 when it is missing, the nearest where it is out of range.</summary>
    public static int Number(this JsonElement json, string name) => (int)Math.Clamp(json.Long(name), int.MinValue, int.MaxValue);

    /// <summary>Ids such as msg_id exceed 2^53; 0 when it is missing.</summary>
    public static long Long(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.Number => value.TryGetInt64(out var number) ? number : 0,
                JsonValueKind.String => long.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0,
                _ => 0,
            }
            : 0;

    /// <summary>An id as its digits or letters, whether WeChat wrote a number or a string; "" when it is missing.</summary>
    public static string Id(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.Number => value.GetRawText(),
                JsonValueKind.String => value.GetString()!,
                _ => "",
            }
            : "";

    /// <summary>An object member, or one that has no members.</summary>
    public static JsonElement Member(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The items of an array member; none when it is missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement json, string name)
        => json.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    /// <summary>The strings of an array member; none when it is missing.</summary>
    public static IReadOnlyList<string> Texts(this JsonElement json, string name)
        => [.. json.Items(name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)];

    /// <summary>A UTC instant written as seconds since 1970; null when it is missing or 0.</summary>
    public static DateTimeOffset? Instant(this JsonElement json, string name)
        => json.Long(name) is > 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
