using System.Buffers;
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

    /// <summary>A string member, or null when it is missing or empty.</summary>
    public static string? Text(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A number member, also when WeChat wrote it as a string; 0 when it is missing.</summary>
    public static int Number(this JsonElement json, string name)
        => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.Number => value.TryGetInt32(out var number) ? number : 0,
                JsonValueKind.String => int.TryParse(value.GetString(), out var number) ? number : 0,
                _ => 0,
            }
            : 0;
}
