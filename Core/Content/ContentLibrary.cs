using System.Text.RegularExpressions;
using Bot.Core.WeChat;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Content;

/// <summary>Sentences, command words and the menu, read once at start from the folder Content/ beside the program.</summary>
public sealed partial class ContentLibrary
{
    private readonly Dictionary<string, string> _replies = [];

    /// <summary>Menu keys and command names to the words that call them.</summary>
    private readonly Dictionary<string, IReadOnlyList<string>> _words = [];

    /// <param name="folder">The folder Content.</param>
    /// <exception cref="ContentException">A file is missing or bad.</exception>
    public ContentLibrary(string folder)
    {
        Folder = folder;
        ReadReplies(ContentFile.Read(folder, "replies.yaml"));
        ReadWords(ContentFile.Read(folder, "commands.yaml"));
        Menu = ReadMenu(ContentFile.Read(folder, "menu.yaml"));
    }

    public string Folder { get; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>> CommandWords => _words;

    /// <summary>The default menu as published by <c>menu publish</c>.</summary>
    public Menu Menu { get; }

    public bool Has(string key) => _replies.ContainsKey(key);

    /// <summary>The sentence with its {placeholders} filled.</summary>
    /// <exception cref="KeyNotFoundException">No such sentence, or a placeholder without a value: a fault of ours.</exception>
    public string Reply(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var sentence = _replies.TryGetValue(key, out var found) ? found : throw new KeyNotFoundException($"replies.yaml has no '{key}'.");
        foreach (var (name, value) in values)
        {
            sentence = sentence.Replace("{" + name + "}", value, StringComparison.Ordinal);
        }

        return sentence;
    }

    /// <summary>What a person is told when a rule says no.</summary>
    public Reply Refuse(Refusal refusal, params ReadOnlySpan<(string Name, string Value)> values) => WeChat.Reply.Text(Reply(refusal.Code, values));

    private void ReadReplies(ContentFile file)
    {
        foreach (var (key, value) in file.Entries(file.Root))
        {
            var sentence = file.Text(value).Trim();
            if (sentence.Length == 0 || !_replies.TryAdd(key, sentence))
            {
                throw file.Fault(value, $"'{key}' is empty or stands twice.");
            }

            if (sentence.Contains('{') && UnclosedPlaceholder().IsMatch(sentence))
            {
                throw file.Fault(value, $"'{key}' has a placeholder that does not close.");
            }
        }
    }

    private void ReadWords(ContentFile file)
    {
        var owners = new Dictionary<string, string>();
        foreach (var (command, value) in file.Entries(file.Root))
        {
            var words = file.Texts(value);
            if (words.Count == 0)
            {
                throw file.Fault(value, $"'{command}' has no words.");
            }

            foreach (var word in words)
            {
                if (Spoken.Normalise(word).Length == 0)
                {
                    throw file.Fault(value, $"'{command}' has an empty word.");
                }

                if (!owners.TryAdd(Spoken.Normalise(word), command))
                {
                    throw file.Fault(value, $"'{word}' already calls '{owners[Spoken.Normalise(word)]}'.");
                }
            }

            _words.Add(command, words);
        }
    }

    private static Menu ReadMenu(ContentFile file)
    {
        var buttons = file.Entries(file.Root).Select(entry => Button(file, entry.Key, entry.Value)).ToList();
        return buttons.Count is > 0 and <= 3 ? new Menu(buttons) : throw file.Fault(file.Root, "one to three buttons are expected.");
    }

    private static MenuButton Button(ContentFile file, string name, YamlNode value) => value switch
    {
        YamlScalarNode { Value: { Length: > 0 } key } => new MenuButton(name) { Type = "click", Key = key },
        YamlMappingNode { Children.Count: > 0 and <= 5 } children => new MenuButton(name) { Children = [.. file.Entries(children).Select(c => Button(file, c.Key, c.Value))] },
        _ => throw file.Fault(value, "a command's name, or one to five sub-buttons, are expected."),
    };

    [GeneratedRegex(@"\{(?![a-z][A-Za-z]*\})")]
    private static partial Regex UnclosedPlaceholder();
}
