using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Bot.Core.Lessons;

/// <summary>A section of a lesson, ready for the page.</summary>
/// <param name="Html">From an allow-list of tags and addresses.</param>
public sealed record Section(string Title, string Html);

/// <summary>Markdown that staff wrote, made safe to show.</summary>
public static class LessonText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().Build();

    private static readonly MarkdownPipeline Located = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().UsePreciseSourceLocation().Build();

    private static readonly HashSet<string> Tags =
    [
        "p", "h3", "h4", "ul", "ol", "li", "strong", "em", "blockquote", "a", "img", "br", "hr", "code", "pre",
        "table", "thead", "tbody", "tr", "th", "td",
    ];

    /// <summary>What stands before the first ## is a section without a title, left out when empty.</summary>
    public static IReadOnlyList<Section> Sections(string body)
    {
        var sections = new List<(string Title, List<string> Lines)> { ("", []) };
        foreach (var line in body.Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                sections.Add((line[3..].Trim(), []));
            }
            else
            {
                sections[^1].Lines.Add(line);
            }
        }

        return [.. sections
            .Where(s => s.Title.Length > 0 || s.Lines.Any(l => l.Trim().Length > 0))
            .Select(s => new Section(s.Title, Html(string.Join('\n', s.Lines))))];
    }

    /// <summary>Links and pictures whose address would not be shown: line and column of the Markdown from 1, and the address.</summary>
    internal static IReadOnlyList<(int Line, int Column, string Address)> Unsafe(string markdown)
        => [.. Markdown.Parse(markdown, Located).Descendants()
            .Select(part => (Part: part, Address: part switch { LinkInline link => link.Url ?? "", AutolinkInline { IsEmail: false } bare => bare.Url, _ => null }))
            .Where(found => found.Address is { } address && !IsSafe(address))
            .Select(found => (found.Part.Line + 1, found.Part.Column + 1, found.Address!))];

    /// <summary>Every picture: line and column of the Markdown from 1, and the address.</summary>
    internal static IReadOnlyList<(int Line, int Column, string Address)> Pictures(string markdown)
        => [.. Markdown.Parse(markdown, Located).Descendants<LinkInline>().Where(link => link.IsImage).Select(link => (link.Line + 1, link.Column + 1, link.Url ?? ""))];

    /// <summary>Only allowed tags, no attributes but href, src and alt; addresses are https, or a path on this site.</summary>
    public static string Html(string markdown)
    {
        var document = new HtmlParser().ParseDocument(Markdown.ToHtml(markdown, Pipeline));
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            if (!Tags.Contains(element.LocalName))
            {
                element.Replace([.. element.ChildNodes]);
                continue;
            }

            Clean(element);
        }

        return document.Body.InnerHtml.Trim();
    }

    private static void Clean(IElement element)
    {
        foreach (var attribute in element.Attributes.ToList())
        {
            var kept = (element.LocalName, attribute.Name) switch
            {
                ("a", "href") or ("img", "src") => IsSafe(attribute.Value),
                ("img", "alt") => true,
                _ => false,
            };
            if (!kept)
            {
                element.RemoveAttribute(attribute.Name);
            }
        }

        if (element.LocalName == "img")
        {
            element.SetAttribute("loading", "lazy");
        }
    }

    /// <summary>https, or a path on this site; browsers read a backslash as a slash and skip tabs and line ends.</summary>
    internal static bool IsSafe(string address)
        => !address.Any(c => c == '\\' || char.IsWhiteSpace(c) || char.IsControl(c))
            && ((address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal))
            || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps));
}
