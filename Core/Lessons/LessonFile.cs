using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bot.Core.Calendar;

namespace Bot.Core.Lessons;

/// <summary>What is wrong at one place of a file that somebody wrote.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; for sheets the column's heading stands in <paramref name="Reason"/>.</param>
/// <param name="Reason">Chinese: shown to staff.</param>
public sealed record FileFault(long Line, long Column, string Reason)
{
    public override string ToString() => $"第 {Line} 行第 {Column} 列：{Reason}";
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

    public const int MaxBytes = 2 * 1024 * 1024;

    private const int MaxQuestions = 50;

    internal static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 32).Append(127).Select(c => (char)c).Except(['\t', '\n'])]);

    private readonly List<FileFault> _faults = [];

    private LessonFile()
    {
    }

    /// <param name="file">UTF-8, with or without a byte order mark.</param>
    /// <returns>The lesson, or every fault with its place; never both.</returns>
    public static (LessonDraft? Lesson, IReadOnlyList<FileFault> Faults) Read(byte[] file)
    {
        if (file.Length > MaxBytes)
        {
            return (null, [new FileFault(1, 1, $"文件太大，最多 {MaxBytes / 1024} KB。")]);
        }

        try
        {
            return Read(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file));
        }
        catch (DecoderFallbackException e)
        {
            var before = file.AsSpan(0, Math.Clamp(e.Index, 0, file.Length));
            var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
            return (null, [new FileFault(before.Count((byte)'\n') + 1, column, "从这里起不是 UTF-8 编码的文字，请另存为 UTF-8 再导入。")]);
        }
    }

    /// <inheritdoc cref="Read(byte[])"/>
    public static (LessonDraft? Lesson, IReadOnlyList<FileFault> Faults) Read(string text)
    {
        var file = new LessonFile();
        var lesson = file.Parse(text.TrimStart('\ufeff').ReplaceLineEndings("\n"));
        return file._faults.Count == 0 ? (lesson, []) : (null, [.. file._faults.OrderBy(f => f.Line).ThenBy(f => f.Column)]);
    }

    private LessonDraft? Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Fault(1, 1, $"文件太长，最多 {MaxLength} 个字符。");
        }

        if (!text.StartsWith("---\n", StringComparison.Ordinal))
        {
            return Fault(1, 1, "文件第一行要是 ---，接着写 season、period 等信息，再用一行 --- 结束。");
        }

        var end = text.IndexOf("\n---\n", 3, StringComparison.Ordinal);
        if (end < 0)
        {
            return Fault(1, 1, "这个 --- 后面没有另一行 --- 来结束。");
        }

        text = RefuseControls(text);
        var (body, line) = (text[(end + 5)..], text[..(end + 5)].Count(c => c == '\n') + 1);
        if (!body.Split('\n').Any(l => l.StartsWith("## ", StringComparison.Ordinal)))
        {
            Fault(line, 1, "正文至少要有一个以 ## 开头的小节。");
        }

        if (LessonText.IsTooDeep(body, bySection: true))
        {
            return Fault(line, 1, PieceCheck.TooDeep);
        }

        foreach (var (at, column, address) in LessonText.Unsafe(body, bySection: true))
        {
            Fault(line + at - 1, column, $"这个链接或图片的地址不能用：{address}。请用 https:// 开头的地址，或本站以 / 开头的路径。");
        }

        return new LessonYaml(_faults).Read(text[4..(end + 1)]) is { } root ? Draft(new LessonHead(root, _faults), body) : null;
    }

    private LessonDraft Draft(LessonHead head, string body)
    {
        var opens = head.Instant("opens");
        var closes = head.Instant("closes");
        if (opens >= closes && closes != default)
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

    /// <summary>What no screen shows and no database keeps.</summary>
    /// <returns>The text without them, so that reading goes on.</returns>
    private string RefuseControls(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().IndexOfAny(Controls) is >= 0 and var column)
            {
                Fault(i + 1, column + 1, "这里有一个看不见的控制字符，请删掉。");
                lines[i] = string.Concat(lines[i].Select(c => Controls.Contains(c) ? '?' : c));
            }
        }

        return string.Join('\n', lines);
    }

    private LessonDraft? Fault(long line, long column, string reason)
    {
        _faults.Add(new FileFault(line, column, reason));
        return null;
    }
}
