using System.Xml;
using System.Xml.Linq;

namespace Bot.Simulator.Platform;

internal static class SafeXml
{
    /// <exception cref="XmlException">Not well-formed, or with a DOCTYPE, a byte-order mark or anything after the root.</exception>
    public static XElement Read(string text)
    {
        using var reader = XmlReader.Create(
            new StringReader(text),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 1 << 20 });
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }
}
