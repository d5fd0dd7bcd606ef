using System.Text.RegularExpressions;

namespace Bot.Server.Replies;

/// <summary>A sentence as a phone shows it.</summary>
/// <param name="Asked">What was typed before it; null for none.</param>
/// <param name="About">What it was understood as; null for none.</param>
internal sealed record Bubble(string? Asked, string? About, IReadOnlyList<BubblePart> Parts)
{
    public static Bubble Of(string sentence, string? asked = null, string? about = null) => new(asked, about, BubblePart.Of(Fill(sentence)));

    private static string Fill(string sentence)
        => Core.Content.ContentRules.Placeholders(sentence).Aggregate(sentence, (text, placeholder) => text.Replace(placeholder, ReplyWords.Placeholder(placeholder).Example, StringComparison.Ordinal));
}

internal sealed partial record BubblePart(string Text, bool IsLink)
{
    public static IReadOnlyList<BubblePart> Of(string sentence)
    {
        var parts = new List<BubblePart>();
        var at = 0;
        foreach (Match anchor in Anchor().Matches(sentence))
        {
            parts.Add(new BubblePart(sentence[at..anchor.Index], IsLink: false));
            parts.Add(new BubblePart(anchor.Groups[1].Value, IsLink: true));
            at = anchor.Index + anchor.Length;
        }

        parts.Add(new BubblePart(sentence[at..], IsLink: false));
        return parts;
    }

    [GeneratedRegex("""<a href="[^"]*">([^<]*)</a>""")]
    private static partial Regex Anchor();
}
