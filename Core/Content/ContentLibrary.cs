using System.Text.RegularExpressions;
using Bot.Core.HelpLine;
using Bot.Core.WeChat;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Content;

/// <summary>
/// Sentences, command words and the menu: the one way to read them. The defaults come from the folder Content/ beside the program, once at
/// start; what editors and approvers put in their place is laid over them (<see cref="Overlay"/>).
/// </summary>
public sealed partial class ContentLibrary
{
    private volatile ContentSet _current;

    /// <param name="folder">The folder Content.</param>
    /// <exception cref="ContentException">A file is missing or bad.</exception>
    public ContentLibrary(string folder)
    {
        Defaults = new ContentSet(ReadReplies(ContentFile.Read(folder, "replies.yaml")), ReadWords(ContentFile.Read(folder, "commands.yaml")), ReadMenu(ContentFile.Read(folder, "menu.yaml")), CrisisMatcher.Read(folder));
        _current = Defaults;
    }

    private ContentLibrary(ContentSet defaults, ContentSet current)
    {
        Defaults = defaults;
        _current = current;
    }

    /// <summary>What Content/ says.</summary>
    public ContentSet Defaults { get; }

    /// <summary>What holds now; another object as soon as anything has changed.</summary>
    public ContentSet Current => _current;

    /// <summary>Command names to the words that call them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> CommandWords => _current.Words;

    /// <summary>The menu as <c>menu publish</c> and the console publish it.</summary>
    public Menu Menu => _current.Menu;

    /// <summary>Hears what tells of danger. No editor changes it.</summary>
    public CrisisMatcher Crisis => Defaults.Crisis;

    public bool Has(string key) => _current.Replies.ContainsKey(key);

    /// <summary>Lays these over the defaults, in place of those of before.</summary>
    public void Overlay(ContentSet current) => _current = current;

    /// <summary>Another library in which something else holds, to try it; this one stays as it is.</summary>
    public ContentLibrary Trying(ContentSet current) => new(Defaults, current);

    /// <summary>The sentence with its {placeholders} filled.</summary>
    /// <exception cref="KeyNotFoundException">No such sentence, or a placeholder without a value: a fault of ours.</exception>
    public string Reply(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var sentence = _current.Replies.TryGetValue(key, out var found) ? found : throw new KeyNotFoundException($"replies.yaml has no '{key}'.");
        foreach (var (name, value) in values)
        {
            sentence = sentence.Replace("{" + name + "}", value, StringComparison.Ordinal);
        }

        return sentence;
    }

    /// <summary>What a person is told when a rule says no.</summary>
    public Reply Refuse(Refusal refusal, params ReadOnlySpan<(string Name, string Value)> values) => WeChat.Reply.Text(Reply(refusal.Code, values));

    private static Dictionary<string, string> ReadReplies(ContentFile file)
    {
        var replies = new Dictionary<string, string>();
        foreach (var (key, value) in file.Entries(file.Root))
        {
            var sentence = file.Text(value).Trim();
            if (sentence.Length == 0 || !replies.TryAdd(key, sentence))
            {
                throw file.Fault(value, $"'{key}' is empty or stands twice.");
            }

            if (sentence.Contains('{') && UnclosedPlaceholder().IsMatch(sentence))
            {
                throw file.Fault(value, $"'{key}' has a placeholder that does not close.");
            }
        }

        return replies;
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadWords(ContentFile file)
    {
        var all = new Dictionary<string, IReadOnlyList<string>>();
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

            all.Add(command, words);
        }

        return all;
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
