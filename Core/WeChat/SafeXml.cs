using System.Xml;

namespace Bot.Core.WeChat;

/// <summary>XML from outside: no DTD, no external resource, bounded size.</summary>
public static class SafeXml
{
    /// <summary>In characters; a push is a few hundred bytes, the endpoint stops reading long before this.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MaxCharacters,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = true,
    };

    /// <summary>Reading throws <see cref="XmlException"/> on anything that is not plain, well-formed XML.</summary>
    public static XmlReader Read(Stream stream) => XmlReader.Create(stream, Settings);

    /// <inheritdoc cref="Read(Stream)"/>
    public static XmlReader Read(string document) => XmlReader.Create(new StringReader(document), Settings);
}
