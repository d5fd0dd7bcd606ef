namespace Bot.Core.WeChat;

/// <summary>The same elements in the account's format.</summary>
internal abstract class ReplyElements
{
    public abstract void Begin();

    public abstract void Text(ReadOnlySpan<byte> name, string value);

    public abstract void Number(ReadOnlySpan<byte> name, long value);

    public abstract void Open(ReadOnlySpan<byte> name);

    public abstract void Close(ReadOnlySpan<byte> name);

    public abstract void End();
}

internal sealed class XmlReplyElements(Utf8Buffer bytes) : ReplyElements
{
    public override void Begin() => bytes.Write("<xml>"u8);

    public override void Text(ReadOnlySpan<byte> name, string value)
    {
        Open(name);
        bytes.Write("<![CDATA["u8);
        WriteCData(OutgoingText.Clean(value));
        bytes.Write("]]>"u8);
        Close(name);
    }

    public override void Number(ReadOnlySpan<byte> name, long value)
    {
        Open(name);
        bytes.Write(value);
        Close(name);
    }

    public override void Open(ReadOnlySpan<byte> name)
    {
        bytes.Write("<"u8);
        bytes.Write(name);
        bytes.Write(">"u8);
    }

    public override void Close(ReadOnlySpan<byte> name)
    {
        bytes.Write("</"u8);
        bytes.Write(name);
        bytes.Write(">"u8);
    }

    public override void End() => bytes.Write("</xml>"u8);

    private void WriteCData(ReadOnlySpan<char> value)
    {
        // "]]>" cannot stand in a CDATA section: the first two characters end one, the third begins the next.
        for (var end = value.IndexOf("]]>"); end >= 0; end = value.IndexOf("]]>"))
        {
            bytes.Write(value[..(end + 2)]);
            bytes.Write("]]><![CDATA["u8);
            value = value[(end + 2)..];
        }

        bytes.Write(value);
    }
}

internal sealed class JsonReplyElements(Utf8Buffer bytes) : ReplyElements
{
    private bool _first = true;

    public override void Begin() => bytes.Write("{"u8);

    public override void Text(ReadOnlySpan<byte> name, string value)
    {
        Name(name);
        JsonText.WriteLiteral(bytes, value);
    }

    public override void Number(ReadOnlySpan<byte> name, long value)
    {
        Name(name);
        bytes.Write(value);
    }

    public override void Open(ReadOnlySpan<byte> name)
    {
        Name(name);
        bytes.Write("{"u8);
        _first = true;
    }

    public override void Close(ReadOnlySpan<byte> name)
    {
        bytes.Write("}"u8);
        _first = false;
    }

    public override void End() => bytes.Write("}"u8);

    private void Name(ReadOnlySpan<byte> name)
    {
        bytes.Write(_first ? "\""u8 : ",\""u8);
        bytes.Write(name);
        bytes.Write("\":"u8);
        _first = false;
    }
}
