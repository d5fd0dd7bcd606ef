using System.Globalization;
using Bot.Core.Calendar;
using Bot.Core.Pushes;

namespace Bot.Server.Calendar;

/// <summary>What stands in the editor's fields, as typed.</summary>
public sealed class PieceForm
{
    public string? Title { get; set; }

    /// <summary>As a datetime-local field has it, in China.</summary>
    public string? GoesOut { get; set; }

    public string? Closes { get; set; }

    public string? Season { get; set; }

    public string? Period { get; set; }

    public string? MinSeconds { get; set; }

    public string? Cover { get; set; }

    public string? Video { get; set; }

    public string? Transcript { get; set; }

    public string? Body { get; set; }

    public List<QuestionForm> Questions { get; set; } = [];

    /// <summary>Of a push.</summary>
    public AudienceForm Audience { get; set; } = new();

    public static PieceForm Of(PieceText text) => new()
    {
        Title = text.Title,
        GoesOut = PieceWords.Local(text.GoesOutAt),
        Closes = PieceWords.Local(text.ClosesAt),
        Season = text.Season?.ToString(CultureInfo.InvariantCulture),
        Period = text.Period?.ToString(CultureInfo.InvariantCulture),
        MinSeconds = text.MinSeconds?.ToString(CultureInfo.InvariantCulture),
        Cover = text.Cover,
        Video = text.Video,
        Transcript = text.Transcript,
        Body = text.Body,
        Audience = AudienceForm.Of(text.Audience ?? new PushAudience()),
        Questions = [.. text.Questions.Select(q => new QuestionForm { Text = q.Text, Options = [.. q.Options], Answer = q.Answer, Explanation = q.Explanation })],
    };

    /// <returns>Null where a time cannot be read or the title is missing: a version needs both.</returns>
    public PieceText? Read(PieceKind kind, List<PieceFault> faults)
    {
        var goesOut = PieceWords.Instant(GoesOut);
        var closes = PieceWords.Instant(Closes);
        var longest = PieceCheck.LongestTitle(kind);
        if (string.IsNullOrWhiteSpace(Title) || Title.Trim().Length > longest)
        {
            faults.Add(new PieceFault("title", null, null, $"标题要有 1 到 {longest} 个字。"));
        }

        if (goesOut is null)
        {
            faults.Add(new PieceFault("goes-out", null, null, "请写日期和时间，如 2026-11-23 08:00。"));
        }

        if (closes is null && (kind != PieceKind.Article || !string.IsNullOrWhiteSpace(Closes)))
        {
            faults.Add(new PieceFault("closes", null, null, "请写日期和时间，如 2026-11-30 00:00（就是周日 24:00）。"));
        }

        return faults.Count > 0 ? null : new PieceText(Title ?? "", Body ?? "", goesOut!.Value, closes)
        {
            Season = Number(Season),
            Period = Number(Period),
            MinSeconds = Number(MinSeconds),
            Cover = Cover,
            Video = Video,
            Transcript = Transcript,
            Questions = [.. Questions.Select(q => new PieceQuestion(q.Text ?? "", [.. q.Options.Select(o => o ?? "")], q.Answer, q.Explanation ?? ""))],
        };
    }

    private static int? Number(string? typed) => int.TryParse(typed?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

public sealed class QuestionForm
{
    public string? Text { get; set; }

    public List<string?> Options { get; set; } = [];

    /// <summary>Index of the marked option.</summary>
    public int? Answer { get; set; }

    public string? Explanation { get; set; }
}
