using Bot.Core.HelpLine;
using Bot.Core.WeChat;

namespace Bot.Core.Content;

/// <summary>Sentences, command words and the menu at one moment; never changed, so that whoever reads one needs no lock.</summary>
/// <param name="Words">Commands to the words that call them, as written.</param>
/// <param name="Crisis">Hears danger; the same in every set.</param>
public sealed record ContentSet(IReadOnlyDictionary<string, string> Replies, IReadOnlyDictionary<string, IReadOnlyList<string>> Words, Menu Menu, CrisisMatcher Crisis)
{
    /// <summary>
    /// With texts of one's own in place of some: <c>reply:KEY</c>, <c>words:COMMAND</c>, a word a line, and <c>menu</c>, see <see cref="MenuText"/>. What no key
    /// of this set is meant by is left out; a word that belongs to another command already stays there, so that no text ever calls two.
    /// </summary>
    /// <param name="texts">In the order in which they were accepted.</param>
    public ContentSet With(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var (replies, words, menu) = (new Dictionary<string, string>(Replies), new Dictionary<string, IReadOnlyList<string>>(Words), Menu);
        var own = new List<(string Command, IReadOnlyList<string> Words)>();
        foreach (var (key, text) in texts)
        {
            switch (ContentKey.Parse(key))
            {
                case { Kind: ContentKind.Reply, Name: var name } when Replies.ContainsKey(name):
                    replies[name] = text;
                    break;
                case { Kind: ContentKind.Words, Name: var command } when Words.ContainsKey(command):
                    own.Add((command, text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
                    break;
                case { Kind: ContentKind.Menu } when MenuText.Read(text) is { } read:
                    menu = read;
                    break;
            }
        }

        var taken = Words.Where(w => !own.Exists(o => o.Command == w.Key)).SelectMany(w => w.Value).Select(Spoken.Normalise).ToHashSet(StringComparer.Ordinal);
        foreach (var (command, list) in own)
        {
            List<string> free = [.. list.Where(word => taken.Add(Spoken.Normalise(word)))];
            words[command] = free;
        }

        return new ContentSet(replies, words, menu, Crisis);
    }

    /// <summary>What stands under a key, as it is edited.</summary>
    /// <returns>Null for a key that there is not.</returns>
    public string? TextOf(ContentKey key) => key.Kind switch
    {
        ContentKind.Reply => Replies.GetValueOrDefault(key.Name),
        ContentKind.Words => Words.TryGetValue(key.Name, out var words) ? string.Join('\n', words) : null,
        _ => MenuText.Write(Menu),
    };
}
