using Bot.Core.Content;

namespace Bot.Core.Privacy;

/// <summary>What is stored for one purpose, as people read it.</summary>
/// <param name="Text">What, why, who reads it, how long it is kept.</param>
/// <param name="Asks">True when nothing is stored for it before the person has agreed.</param>
public sealed record PrivacyPurpose(string Key, string Title, string Text, bool Asks);

/// <summary>The privacy notice, read once at start from Content/privacy.yaml. A changed text needs a new version, and new consents.</summary>
public sealed class PrivacyNotice
{
    /// <summary>The purpose that joining an organisation asks for.</summary>
    public const string Roster = "roster";

    private readonly Dictionary<string, string> _labels = [];

    /// <exception cref="ContentException">The file is missing or bad.</exception>
    public PrivacyNotice(string folder)
    {
        var file = ContentFile.Read(folder, "privacy.yaml");
        var purposes = new List<PrivacyPurpose>();
        foreach (var (key, value) in file.Entries(file.Root))
        {
            switch (key)
            {
                case "version":
                    Version = int.TryParse(file.Text(value), out var version) && version > 0 ? version : throw file.Fault(value, "a version is a number from 1.");
                    break;
                case "purposes":
                    purposes.AddRange(file.Entries(file.Mapping(value)).Select(entry => Purpose(file, entry.Key, file.Mapping(entry.Value))));
                    break;
                case "labels":
                    foreach (var (name, label) in file.Entries(file.Mapping(value)))
                    {
                        _labels[name] = file.Text(label);
                    }

                    break;
                default:
                    throw file.Fault(value, $"'{key}' is not known; version, purposes and labels are.");
            }
        }

        Purposes = purposes;
        if (Version == 0 || purposes.All(p => p.Key != Roster))
        {
            throw file.Fault(file.Root, "a version and the purpose 'roster' are expected.");
        }
    }

    public int Version { get; }

    public IReadOnlyList<PrivacyPurpose> Purposes { get; }

    public PrivacyPurpose? Find(string key) => Purposes.FirstOrDefault(p => p.Key == key);

    /// <summary>The word for a field of a copy of what is stored.</summary>
    /// <exception cref="KeyNotFoundException">privacy.yaml has none: a fault of ours.</exception>
    public string Label(string field) => _labels.TryGetValue(field, out var label) ? label : throw new KeyNotFoundException($"privacy.yaml has no label '{field}'.");

    private static PrivacyPurpose Purpose(ContentFile file, string key, YamlDotNet.RepresentationModel.YamlMappingNode node)
    {
        var parts = file.Entries(node).ToDictionary(e => e.Key, e => file.Text(e.Value).Trim());
        return parts.Count == 3 && parts.TryGetValue("title", out var title) && parts.TryGetValue("text", out var text)
            && parts.TryGetValue("asks", out var asks) && bool.TryParse(asks, out var asksFirst)
            ? new PrivacyPurpose(key, title, text, asksFirst)
            : throw file.Fault(node, $"'{key}' needs a title, a text and whether it asks first (true or false).");
    }
}
