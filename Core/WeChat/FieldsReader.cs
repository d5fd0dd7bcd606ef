using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Xml;

namespace Bot.Core.WeChat;

/// <summary>Turns a push, or its envelope, into <see cref="Fields"/>; says no to everything that is not well-formed.</summary>
internal static class FieldsReader
{
    /// <summary>WeChat nests five deep at most; reading is recursive, so depth is bounded.</summary>
    private const int MaxDepth = 32;

    public static bool TryRead(ReadOnlyMemory<byte> document, CallbackFormat format, [NotNullWhen(true)] out Fields? fields)
    {
        fields = null;
        if (!Utf8.IsValid(document.Span))
        {
            return false;
        }

        if (document.Span.StartsWith("\uFEFF"u8))
        {
            document = document[3..];
        }

        try
        {
            fields = format == CallbackFormat.Xml ? ReadXml(document) : ReadJson(document.Span);
            return fields is not null;
        }
        catch (Exception e) when (e is XmlException or JsonException or InvalidOperationException)
        {
            return false; // InvalidOperationException: half a surrogate pair written as a \u escape
        }
    }

    private static Fields? ReadXml(ReadOnlyMemory<byte> document)
    {
        // A stream of known length gets small buffers, a string always the largest.
        using var stream = MemoryMarshal.TryGetArray(document, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(document.ToArray(), writable: false);
        using var reader = SafeXml.Read(stream);
        if (reader.MoveToContent() != XmlNodeType.Element || reader.Name != "xml")
        {
            return null;
        }

        var (_, children) = ReadElement(reader, 0);
        while (reader.Read())
        {
            // to the end: what follows must be well-formed too
        }

        return children;
    }

    /// <summary>From the start tag to the matching end tag, which stays current.</summary>
    private static (string Value, Fields? Children) ReadElement(XmlReader reader, int depth)
    {
        if (reader.IsEmptyElement)
        {
            return ("", null);
        }

        string? value = null;
        StringBuilder? pieces = null;
        List<Field>? children = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when value is null:
                    value = reader.Value;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    pieces ??= new StringBuilder(value);
                    pieces.Append(reader.Value);
                    break;
                case XmlNodeType.Element when depth == MaxDepth:
                    throw new XmlException("Too deep.");
                case XmlNodeType.Element:
                    var name = reader.Name;
                    var (childValue, grandchildren) = ReadElement(reader, depth + 1);
                    (children ??= new List<Field>(8)).Add(new Field(name, childValue, grandchildren));
                    break;
                case XmlNodeType.EndElement:
                    return children is null ? (pieces?.ToString() ?? value ?? "", null) : ("", new Fields(children));
            }
        }

        throw new XmlException("Ended within an element.");
    }

    private static Fields? ReadJson(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        var fields = ReadObject(ref reader);
        while (reader.Read())
        {
            // to the end: nothing may follow
        }

        return fields;
    }

    private static Fields ReadObject(ref Utf8JsonReader reader)
    {
        var all = new List<Field>(8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            ReadValue(ref reader, name, all);
        }

        return new Fields(all);
    }

    private static void ReadValue(ref Utf8JsonReader reader, string name, List<Field> into)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                into.Add(new Field(name, "", ReadObject(ref reader)));
                break;
            case JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    ReadValue(ref reader, name, into);
                }

                break;
            case JsonTokenType.String:
                into.Add(new Field(name, reader.GetString()!, null));
                break;
            case JsonTokenType.Null:
                break;
            default:
                // The digits as written: ids exceed what a double holds.
                into.Add(new Field(name, Encoding.UTF8.GetString(reader.ValueSpan), null));
                break;
        }
    }
}
