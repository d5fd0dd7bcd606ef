using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Bot.Core.Calendar;
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
    /// <param name="ownPictures">As for <see cref="Html"/>.</param>
    public static IReadOnlyList<Section> Sections(string body, bool ownPictures = false)
        => [.. Split(body)
            .Where(s => s.Title.Length > 0 || s.Lines.Any(l => l.Trim().Length > 0))
            .Select(s => new Section(s.Title, Html(string.Join('\n', s.Lines), ownPictures)))];

    /// <summary>As it is rendered: a section at a time, whatever the Markdown around it would make of its heading.</summary>
    /// <param name="bySection">A lesson's; false for what is rendered as a whole.</param>
    /// <returns>The line where each begins, from 0.</returns>
    internal static IEnumerable<(int Line, string Markdown)> Parts(string body, bool bySection)
        => bySection ? Split(body).Select(s => (s.Line, string.Join('\n', s.Lines))) : [(0, body)];

    /// <summary>Nested deeper than the renderer goes: lists in quotations in lists, more than a hundred times.</summary>
    internal static bool IsTooDeep(string body, bool bySection)
    {
        try
        {
            foreach (var (_, markdown) in Parts(body, bySection))
            {
                Markdown.Parse(markdown, Pipeline);
            }

            return false;
        }
        catch (ArgumentException)
        {
            return true; // what Markdig throws beyond its depth limit
        }
    }

    /// <summary>Links and pictures whose address would not be shown: line and column of the Markdown from 1, and the address.</summary>
    internal static IReadOnlyList<(int Line, int Column, string Address)> Unsafe(string body, bool bySection) => [.. Addresses(body, bySection).Where(found => !IsSafe(found.Address))];

    /// <summary>Every link and picture: line and column of the Markdown from 1, and the address.</summary>
    internal static IReadOnlyList<(int Line, int Column, string Address)> Addresses(string body, bool bySection)
        => [.. Parts(body, bySection).SelectMany(p => Markdown.Parse(p.Markdown, Located).Descendants()
            .Select(part => (Part: part, Address: part switch { LinkInline link => link.Url ?? "", AutolinkInline { IsEmail: false } bare => bare.Url, _ => null }))
            .Where(found => found.Address is not null)
            .Select(found => (p.Line + found.Part.Line + 1, found.Part.Column + 1, found.Address!)))];

    /// <summary>Every picture: line and column of the Markdown from 1, and the address.</summary>
    internal static IReadOnlyList<(int Line, int Column, string Address)> Pictures(string body, bool bySection)
        => [.. Parts(body, bySection).SelectMany(p => Markdown.Parse(p.Markdown, Located).Descendants<LinkInline>().Where(link => link.IsImage).Select(link => (p.Line + link.Line + 1, link.Column + 1, link.Url ?? "")))];

    /// <summary>Only allowed tags, no attributes but href, src and alt; addresses are https, or a path on this site. What is nested too deep stands there as it was typed.</summary>
    /// <param name="ownPictures">Without pictures of other hosts: what somebody has only typed must not make a colleague's browser call there.</param>
    public static string Html(string markdown, bool ownPictures = false)
    {
        if (IsTooDeep(markdown, bySection: false))
        {
            return $"<pre>{WebUtility.HtmlEncode(markdown)}</pre>";
        }

        var document = new HtmlParser().ParseDocument(Markdown.ToHtml(markdown, Pipeline));
        foreach (var element in document.Body!.QuerySelectorAll("*"))
        {
            if (!Tags.Contains(element.LocalName))
            {
                element.Replace([.. element.ChildNodes]);
                continue;
            }

            if (ownPictures && element.LocalName == "img" && !PieceCheck.IsPicture(element.GetAttribute("src") ?? ""))
            {
                element.Remove();
                continue;
            }

            Clean(element);
        }

        return document.Body.InnerHtml.Trim();
    }

    private static List<(string Title, int Line, List<string> Lines)> Split(string body)
    {
        var sections = new List<(string Title, int Line, List<string> Lines)> { ("", 0, []) };
        var lines = body.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("## ", StringComparison.Ordinal))
            {
                sections.Add((lines[i][3..].Trim(), i + 1, []));
            }
            else
            {
                sections[^1].Lines.Add(lines[i]);
            }
        }

        return sections;
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
