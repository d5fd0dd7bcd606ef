using System.Text.RegularExpressions;
using Bot.Core.Lessons;

namespace Bot.Core.Calendar;

/// <summary>What is wrong with a text, beside the field where it is.</summary>
/// <param name="Field">Such as <c>title</c>, <c>body</c>, or <c>question-2</c> counted from 1.</param>
/// <param name="Line">From 1; null for fields of one line.</param>
/// <param name="Reason">Chinese: shown to staff.</param>
public sealed record PieceFault(string Field, int? Line, int? Column, string Reason)
{
    public override string ToString() => Line is { } line ? $"第 {line} 行第 {Column} 列：{Reason}" : Reason;
}

/// <summary>Whether a text can go out as it is; the bounds are those of lesson files.</summary>
public static partial class PieceCheck
{
    public const int MaxTitle = 60;
    public const int MaxNotice = 500;

    /// <summary>As much as a notification shows.</summary>
    public const int MaxPushTitle = 20;

    public const int MaxPush = 500;

    /// <summary>How long a push goes on being told with answers.</summary>
    public const int MaxPushDays = 30;

    public const int MaxBody = 500_000;
    public const int MaxTranscript = 100_000;
    public const int MaxQuestions = 50;
    public const int MaxOptions = 8;
    internal const string TooDeep = "列表和引用套得太深，请少套几层。";
    private const int MinOptions = 2;

    /// <summary>Every fault, in the order of the form.</summary>
    /// <param name="text">Cleaned.</param>
    /// <param name="imported">The cover of the lesson that an operator imported: it may stay, wherever it lies.</param>
    public static IReadOnlyList<PieceFault> Faults(PieceKind kind, PieceText text, string? imported)
    {
        var faults = new List<PieceFault>();
        var longest = LongestTitle(kind);
        if (text.Title.Length == 0 || text.Title.Length > longest || text.Title.Any(char.IsControl))
        {
            Add("title", $"标题要有 1 到 {longest} 个字。");
        }

        if (text.ClosesAt is null && kind != PieceKind.Article)
        {
            Add("closes", "请写什么时候结束。");
        }
        else if (text.ClosesAt <= text.GoesOutAt)
        {
            Add("closes", "结束要晚于开始。");
        }
        else if (kind == PieceKind.Push && text.ClosesAt > text.GoesOutAt.AddDays(MaxPushDays))
        {
            Add("closes", $"最晚在开始后 {MaxPushDays} 天结束。");
        }

        faults.AddRange(BodyFaults(kind, text.Body));
        if (text.Cover is { } cover && !IsPicture(cover) && cover != imported)
        {
            Add("cover", "封面请用上传到这里的图片：用“插入图片”传上来，把 /y/images/ 开头的地址放到这里。");
        }

        if (kind == PieceKind.Lesson)
        {
            LessonFaults(text, Add);
        }

        return faults;

        void Add(string field, string reason) => faults.Add(new PieceFault(field, null, null, reason));
    }

    /// <summary>Of the Markdown alone: what the editor is told while writing.</summary>
    public static IReadOnlyList<PieceFault> BodyFaults(PieceKind kind, string body)
    {
        if (kind == PieceKind.Push)
        {
            return PushFaults(body);
        }

        var faults = new List<PieceFault>();
        var most = kind == PieceKind.Notice ? MaxNotice : MaxBody;
        if (body.Length > most)
        {
            faults.Add(new PieceFault("body", null, null, $"正文太长，最多 {most:N0} 个字，现在 {body.Length:N0} 个。"));
            return faults;
        }

        if (body.Length == 0 && kind != PieceKind.Notice)
        {
            faults.Add(new PieceFault("body", null, null, "请写正文。"));
        }
        else if (kind == PieceKind.Lesson && !body.Split('\n').Any(l => l.StartsWith("## ", StringComparison.Ordinal)))
        {
            faults.Add(new PieceFault("body", null, null, "正文至少要有一个以 ## 开头的小节。"));
        }

        var bySection = kind == PieceKind.Lesson;
        if (LessonText.IsTooDeep(body, bySection))
        {
            faults.Add(new PieceFault("body", null, null, TooDeep));
            return faults;
        }

        faults.AddRange(LessonText.Unsafe(body, bySection).Select(f => new PieceFault("body", f.Line, f.Column, $"这个地址不能用：{f.Address}。链接请用 https:// 开头的地址，或本站以 / 开头的路径。")));
        faults.AddRange(LessonText.Pictures(body, bySection).Where(p => !IsPicture(p.Address) && LessonText.IsSafe(p.Address))
            .Select(p => new PieceFault("body", p.Line, p.Column, $"图片只能用上传到这里的：{p.Address}。请点“插入图片”上传。")));
        return [.. faults.OrderBy(f => f.Line).ThenBy(f => f.Column)];
    }

    /// <summary>Names of all pictures of ours that the text shows.</summary>
    public static IReadOnlyList<string> PictureNames(PieceKind kind, PieceText text)
        => [.. Addresses(kind, text).Where(IsPicture).Select(a => a[(a.LastIndexOf('/') + 1)..]).Distinct()];

    /// <summary>Where the text leads and what it loads: links, pictures, cover, video; each once.</summary>
    public static IReadOnlyList<string> Addresses(PieceKind kind, PieceText text)
        => kind == PieceKind.Push ? [.. Address().Matches(text.Body).Select(m => m.Value).Distinct()] : [.. (LessonText.IsTooDeep(text.Body, kind == PieceKind.Lesson) ? [] : LessonText.Addresses(text.Body, kind == PieceKind.Lesson).Select(a => a.Address))
            .Append(text.Cover ?? "").Append(text.Video ?? "").Where(a => a.Length > 0).Distinct()];

    public static bool IsPicture(string address) => PicturePath().IsMatch(address);

    public static int LongestTitle(PieceKind kind) => kind == PieceKind.Push ? MaxPushTitle : MaxTitle;

    /// <summary>It is sent in the chat as it is typed, where WeChat knows a few tags.</summary>
    private static IReadOnlyList<PieceFault> PushFaults(string body)
        => body.Length == 0 ? [new PieceFault("body", null, null, "请写正文。")]
            : body.Length > MaxPush ? [new PieceFault("body", null, null, $"正文最多 {MaxPush} 个字，现在 {body.Length:N0} 个。")]
            : Tag().Match(body) is { Success: true } tag ? [new PieceFault("body", body[..tag.Index].Count(c => c == '\n') + 1, tag.Index - body.LastIndexOf('\n', tag.Index), "正文是纯文字，不能有 <…> 这样的代码；网址直接写就行。")]
            : [];

    private static void LessonFaults(PieceText text, Action<string, string> add)
    {
        InRange("season", text.Season, 999, "季");
        InRange("period", text.Period, 999, "期");
        InRange("min-seconds", text.MinSeconds, 3600, "至少学习的秒数");
        if (text.Video is { } video && !LessonHead.IsUrl(video))
        {
            add("video", "视频要是 https 开头的网址。");
        }

        if (text.Transcript is { Length: > MaxTranscript })
        {
            add("transcript", $"文字稿最多 {MaxTranscript:N0} 个字。");
        }

        if (text.Questions.Count > MaxQuestions)
        {
            add("questions", $"最多 {MaxQuestions} 道题。");
        }

        for (var i = 0; i < text.Questions.Count; i++)
        {
            if (QuestionFault(text.Questions[i]) is { } reason)
            {
                add($"question-{i + 1}", reason);
            }
        }

        void InRange(string field, int? number, int max, string what)
        {
            if (number is not { } given || given < 1 || given > max)
            {
                add(field, $"{what}要是 1 到 {max} 之间的整数。");
            }
        }
    }

    private static string? QuestionFault(PieceQuestion question)
        => question.Text.Length is 0 or > 500 ? "请写题目，最多 500 个字。"
            : question.Options.Count is < MinOptions or > MaxOptions || question.Options.Any(o => o.Length > 200) ? $"要有 {MinOptions} 到 {MaxOptions} 个选项，每个最多 200 个字。"
            : question.Answer is null || question.Answer >= question.Options.Count ? "请标出正确的选项。"
            : question.Explanation.Length > 1000 ? "解析最多 1,000 个字。"
            : null;

    /// <summary>What a phone makes a link of.</summary>
    [GeneratedRegex("https?://[!-~]+", RegexOptions.IgnoreCase)]
    public static partial Regex Address();

    [GeneratedRegex("</?[A-Za-z]")]
    private static partial Regex Tag();

    [GeneratedRegex("^/y/images/[0-9a-f]{32}\\.(jpg|png|webp)$")]
    private static partial Regex PicturePath();
}
