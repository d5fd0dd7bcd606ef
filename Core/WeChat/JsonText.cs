using System.Buffers;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>JSON strings without \u escapes, which several of WeChat's endpoints store or show as they are (§6; 40033).</summary>
internal static class JsonText
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create("\"\\\n\t");

    /// <summary>The text, cleaned, with its quotes.</summary>
    public static void WriteLiteral(Utf8Buffer bytes, string text)
    {
        ReadOnlySpan<char> rest = OutgoingText.Clean(text); // no control character but these two is left after it
        bytes.Write("\""u8);
        for (var i = rest.IndexOfAny(Escaped); i >= 0; i = rest.IndexOfAny(Escaped))
        {
            bytes.Write(rest[..i]);
            bytes.Write(rest[i] switch
            {
                '"' => "\\\""u8,
                '\\' => "\\\\"u8,
                '\n' => "\\n"u8,
                _ => "\\t"u8,
            });
            rest = rest[(i + 1)..];
        }

        bytes.Write(rest);
        bytes.Write("\""u8);
    }

    public static void WriteText(this Utf8JsonWriter json, string name, string value)
    {
        json.WritePropertyName(name);
        WriteTextValue(json, value);
    }

    public static void WriteTextValue(Utf8JsonWriter json, string value)
    {
        using var literal = new Utf8Buffer();
        WriteLiteral(literal, value);
        json.WriteRawValue(literal.Written, skipInputValidation: true);
    }
}
