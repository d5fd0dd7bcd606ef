using System.Security.Cryptography;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.Lessons;

/// <summary>What is wrong at one place of a file that somebody wrote.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; for sheets the column's heading stands in <paramref name="Reason"/>.</param>
/// <param name="Reason">Chinese: shown to staff.</param>
public sealed record FileFault(long Line, long Column, string Reason)
{
    public override string ToString() => $"第 {Line} 行第 {Column} 列:{Reason}";
}

/// <summary>A lesson as written in a file, checked.</summary>
public sealed record LessonDraft(
    int Season,
    int Period,
    string Title,
    DateTimeOffset OpensAt,
    DateTimeOffset ClosesAt,
    int MinSeconds,
    string? Cover,
    string? Video,
    string? Transcript,
    IReadOnlyList<Question> Questions,
    string Body)
{
    public string QuestionsJson => JsonSerializer.Serialize(Questions);

    /// <summary>SHA-256, hex; the same for the same content however the file was laid out.</summary>
    public string ContentHash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { OpensAt = OpensAt.ToUniversalTime(), ClosesAt = ClosesAt.ToUniversalTime() }, HashOptions)));

    // QuestionsJson and ContentHash are derived; they must not be hashed into themselves.
    private static readonly JsonSerializerOptions HashOptions = new() { IgnoreReadOnlyProperties = true };
}

/// <summary>Reads lesson files: YAML front matter between lines of ---, then Markdown in which each ## starts a section.</summary>
public sealed class LessonFile
{
    /// <summary>Characters; a lesson of ten minutes has about 3,000.</summary>
    private const int MaxLength = 500_000;

    private const int MaxQuestions = 50;

    private readonly List<FileFault> _faults = [];

    private LessonFile()
    {
    }

    /// <returns>The lesson, or every fault with its place; never both.</returns>
    public static (LessonDraft? Lesson, IReadOnlyList<FileFault> Faults) Read(string text)
    {
        var file = new LessonFile();
        var lesson = file.Parse(text.ReplaceLineEndings("\n").TrimStart('\ufeff'));
        return file._faults.Count == 0 ? (lesson, []) : (null, [.. file._faults.OrderBy(f => f.Line).ThenBy(f => f.Column)]);
    }

    private LessonDraft? Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Fault(1, 1, $"文件太长,最多 {MaxLength} 个字符。");
        }

        var end = text.StartsWith("---\n", StringComparison.Ordinal) ? text.IndexOf("\n---\n", 3, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            return Fault(1, 1, "文件开头要有两行 ---,中间写 season、period 等信息。");
        }

        return FrontMatter(text[4..(end + 1)]) is { } root ? Draft(new LessonHead(root, _faults), text[(end + 5)..], text[..(end + 5)].Count(c => c == '\n') + 1) : null;
    }

    private LessonDraft Draft(LessonHead head, string body, int bodyLine)
    {
        if (!body.Split('\n').Any(line => line.StartsWith("## ", StringComparison.Ordinal)))
        {
            _faults.Add(new FileFault(bodyLine, 1, "正文至少要有一个以 ## 开头的小节。"));
        }

        var opens = head.Instant("opens");
        var closes = head.Instant("closes");
        if (opens >= closes)
        {
            head.Fault("closes", "结束时间要晚于开始时间。");
        }

        var questions = head.Questions(MaxQuestions);
        var draft = new LessonDraft(
            head.Number("season", 1, 999),
            head.Number("period", 1, 999),
            head.Text("title", 60) ?? "",
            opens,
            closes,
            head.Number("minSeconds", 1, 3600),
            head.Url("cover"),
            head.Url("video"),
            head.Text("transcript", 100_000, optional: true),
            questions,
            body.Trim());
        head.RefuseUnknown();
        return draft;
    }

    private YamlMappingNode? FrontMatter(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e)
        {
            // One line for the opening ---.
            Fault(e.Start.Line + 1, e.Start.Column, "这里不是正确的 YAML:" + e.Message);
            return null;
        }

        if (stream.Documents is [{ RootNode: YamlMappingNode root }])
        {
            return root;
        }

        Fault(2, 1, "--- 之间要写成“名称: 值”的形式。");
        return null;
    }

    private LessonDraft? Fault(long line, long column, string reason)
    {
        _faults.Add(new FileFault(line, column, reason));
        return null;
    }
}
