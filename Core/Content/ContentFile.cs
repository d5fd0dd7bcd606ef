using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Content;

/// <summary>A file of Content/ cannot be used; the message gives file, line and reason.</summary>
public sealed class ContentException(string file, long line, string reason) : Exception($"{file}, line {line}: {reason}");

/// <summary>One YAML file, read with places for error messages.</summary>
public sealed class ContentFile
{
    private readonly string _name;

    private ContentFile(string name, YamlMappingNode root)
    {
        _name = name;
        Root = root;
    }

    public YamlMappingNode Root { get; }

    /// <exception cref="ContentException">Missing, no YAML, or no mapping.</exception>
    public static ContentFile Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new ContentException(name, 0, "the file is missing.");
        }

        var yaml = new YamlStream();
        try
        {
            using var reader = new StreamReader(path);
            yaml.Load(reader);
        }
        catch (YamlException e)
        {
            throw new ContentException(name, e.Start.Line, e.Message);
        }

        return yaml.Documents.Count == 1 && yaml.Documents[0].RootNode is YamlMappingNode root
            ? new ContentFile(name, root)
            : throw new ContentException(name, 1, "one mapping of keys to values is expected.");
    }

    /// <summary>The keys and values of a mapping, in the file's order.</summary>
    public IEnumerable<(string Key, YamlNode Value)> Entries(YamlMappingNode mapping)
    {
        foreach (var (key, value) in mapping.Children)
        {
            yield return (Text(key), value);
        }
    }

    public string Text(YamlNode node)
        => node is YamlScalarNode { Value: { } value } ? value : throw Fault(node, "text is expected.");

    public IReadOnlyList<string> Texts(YamlNode node)
        => node is YamlSequenceNode list ? [.. list.Children.Select(Text)] : throw Fault(node, "a list of texts is expected.");

    public YamlMappingNode Mapping(YamlNode node) => node as YamlMappingNode ?? throw Fault(node, "keys with values are expected.");

    public ContentException Fault(YamlNode node, string reason) => new(_name, node.Start.Line, reason);
}
