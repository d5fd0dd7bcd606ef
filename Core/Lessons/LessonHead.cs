using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Lessons;

/// <summary>The front matter of a lesson file; each fault is noted with its place and reading goes on, so that one run shows all.</summary>
internal sealed class LessonHead(YamlMappingNode root, List<FileFault> faults)
{
    private const int MinOptions = 2;
    private const int MaxOptions = 8;

    /// <summary>ISO 8601, to the minute or finer; YAML writes a blank instead of T, too.</summary>
    private static readonly string[] Instants =
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];

    private readonly HashSet<string> _read = [];

    public void Fault(string key, string reason) => Add(Find(key)?.Start ?? root.Start, reason);

    public int Number(string key, int min, int max)
    {
        if (Required(key) is not { } node)
        {
            return min;
        }

        if (int.TryParse(Scalar(node), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
        {
            return number;
        }

        Add(node.Start, $"{key} 要是 {min} 到 {max} 之间的整数。");
        return min;
    }

    public string? Text(string key, int maxLength, bool optional = false)
    {
        var node = optional ? Find(key) : Required(key);
        var text = node is null ? null : Scalar(node)?.Trim();
        if (node is not null && (text is null || text.Length > maxLength || (text.Length == 0 && !optional)))
        {
            Add(node.Start, $"{key} 要是 1 到 {maxLength} 个字的文字。");
        }

        return string.IsNullOrEmpty(text) ? null : text;
    }

    public DateTimeOffset Instant(string key)
    {
        if (Required(key) is not { } node)
        {
            return default;
        }

        var text = Scalar(node) ?? "";
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (hasOffset && DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) && instant.Year is >= 2000 and < 2200)
        {
            return instant;
        }

        Add(node.Start, $"{key} 要写成带时区的时间，如 2026-11-23T08:00:00+08:00。");
        return default;
    }

    /// <summary>An absolute https address or a path on this site.</summary>
    public string? Url(string key)
    {
        var text = Text(key, 500, optional: true);
        if (text is not null && !IsUrl(text))
        {
            Fault(key, $"{key} 要是 https 开头的网址。");
        }

        return text;
    }

    internal static bool IsUrl(string text)
        => LessonText.IsSafe(text) || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);

    public IReadOnlyList<Question> Questions(int max)
    {
        if (Find("questions") is not { } node)
        {
            return [];
        }

        if (node is not YamlSequenceNode list || list.Children.Count > max)
        {
            Add(node.Start, $"questions 要是一个列表，最多 {max} 题。");
            return [];
        }

        return [.. list.Children.Select((child, index) => Question(child, $"q{index + 1}"))];
    }

    public void RefuseUnknown()
    {
        foreach (var key in root.Children.Keys.Where(key => !_read.Contains(Scalar(key) ?? "")))
        {
            Add(key.Start, $"不认识的名称“{Scalar(key)}”。");
        }
    }

    private Question Question(YamlNode node, string id)
    {
        if (node is not YamlMappingNode mapping)
        {
            Add(node.Start, "每道题要写 text、options、answer、explanation。");
            return new Question(id, "", [], 0, "");
        }

        var head = new LessonHead(mapping, faults);
        var text = head.Text("text", 500) ?? "";
        var options = head.Options();
        var answer = head.Number("answer", 0, (options.Count >= MinOptions ? options.Count : MaxOptions) - 1);
        var explanation = head.Text("explanation", 1000, optional: true) ?? "";
        head.RefuseUnknown();
        return new Question(id, text, options, answer, explanation);
    }

    private IReadOnlyList<string> Options()
    {
        if (Required("options") is not { } node)
        {
            return [];
        }

        var options = node is YamlSequenceNode list ? list.Children.Select(o => Scalar(o)?.Trim() ?? "").ToList() : [];
        if (options.Count is < MinOptions or > MaxOptions || options.Any(o => o.Length is 0 or > 200))
        {
            Add(node.Start, $"options 要有 {MinOptions} 到 {MaxOptions} 个选项，每个不超过 200 字。");
        }

        return options;
    }

    private YamlNode? Required(string key)
    {
        var node = Find(key);
        if (node is null)
        {
            Add(root.Start, $"缺少 {key}。");
        }

        return node;
    }

    private YamlNode? Find(string key)
    {
        _read.Add(key);
        return root.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;
    }

    private static string? Scalar(YamlNode node) => (node as YamlScalarNode)?.Value;

    /// <summary>One line more than YAML counts: the file's opening ---.</summary>
    private void Add(Mark mark, string reason) => faults.Add(new FileFault(mark.Line + 1, mark.Column, reason));
}
