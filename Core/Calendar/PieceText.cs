using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bot.Core.Lessons;
using Bot.Core.Pushes;

namespace Bot.Core.Calendar;

/// <param name="Answer">Index of the right option; null while none is marked.</param>
public sealed record PieceQuestion(string Text, IReadOnlyList<string> Options, int? Answer, string Explanation);

/// <summary>Everything that is typed of a piece. A draft may be unfinished; <see cref="PieceCheck"/> says what is missing.</summary>
/// <param name="GoesOutAt">Inclusive.</param>
/// <param name="ClosesAt">Exclusive; null for an article that stays.</param>
/// <param name="Body">Markdown, line ends are \n.</param>
public sealed record PieceText(string Title, string Body, DateTimeOffset GoesOutAt, DateTimeOffset? ClosesAt)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of lessons, like everything below.</summary>
    public int? Season { get; init; }

    public int? Period { get; init; }

    public int? MinSeconds { get; init; }

    public string? Cover { get; init; }

    public string? Video { get; init; }

    public string? Transcript { get; init; }

    public IReadOnlyList<PieceQuestion> Questions { get; init; } = [];

    /// <summary>Of a push; not written for other kinds, whose hashes stay as they were.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PushAudience? Audience { get; init; }

    /// <summary>The same words typed in two ways are the same text: edges trimmed, empty options and questions left out, what the kind does not have too.</summary>
    public PieceText Clean(PieceKind kind)
    {
        var isLesson = kind == PieceKind.Lesson;
        return this with
        {
            Title = Trim(Title) ?? "",
            Body = Trim(Body) ?? "",
            GoesOutAt = GoesOutAt.ToUniversalTime(),
            ClosesAt = ClosesAt?.ToUniversalTime(),
            Season = isLesson ? Season : null,
            Period = isLesson ? Period : null,
            MinSeconds = isLesson ? MinSeconds : null,
            Cover = kind is PieceKind.Notice or PieceKind.Push ? null : Trim(Cover),
            Video = isLesson ? Trim(Video) : null,
            Transcript = isLesson ? Trim(Transcript) : null,
            Questions = isLesson ? [.. Questions.Select(Clean).OfType<PieceQuestion>()] : [],
            Audience = kind == PieceKind.Push ? (Audience ?? new PushAudience()).Clean() : null,
        };
    }

    public string Write() => JsonSerializer.Serialize(this, Json);

    public static PieceText Read(string json) => JsonSerializer.Deserialize<PieceText>(json, Json)!;

    /// <summary>SHA-256, hex, of all that goes out, to whom and when: what an approver has seen is named by it.</summary>
    public string HashOf(PieceKind kind, int organisationId)
        => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { kind, organisationId, text = this }, Json)));

    /// <summary>Only of a lesson without faults.</summary>
    public LessonDraft ToLesson() => new(
        Season!.Value, Period!.Value, Title, GoesOutAt, ClosesAt!.Value, MinSeconds!.Value, Cover, Video, Transcript,
        [.. Questions.Select((q, i) => new Question($"q{i + 1}", q.Text, q.Options, q.Answer!.Value, q.Explanation))], Body);

    public static PieceText Of(Lesson lesson) => new PieceText(lesson.Title, lesson.Body, lesson.OpensAt, lesson.ClosesAt)
    {
        Season = lesson.Season,
        Period = lesson.Period,
        MinSeconds = lesson.MinSeconds,
        Cover = lesson.Cover,
        Video = lesson.Video,
        Transcript = lesson.Transcript,
        Questions = [.. JsonSerializer.Deserialize<List<Question>>(lesson.Questions)!.Select(q => new PieceQuestion(q.Text, q.Options, q.Answer, q.Explanation))],
    }.Clean(PieceKind.Lesson);

    /// <summary>Without edges, and without what no screen shows and no database keeps; null for nothing.</summary>
    internal static string? Trim(string? text)
        => text?.ReplaceLineEndings("\n") is not { } typed ? null
            : (typed.AsSpan().ContainsAny(LessonFile.Controls) ? string.Concat(typed.Where(c => !LessonFile.Controls.Contains(c))) : typed).Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <returns>Null for a question without a word in it.</returns>
    private static PieceQuestion? Clean(PieceQuestion question)
    {
        // The mark stays at its option when empty ones above it go.
        var kept = question.Options.Select((o, i) => (Text: Trim(o), Index: i)).Where(o => o.Text is not null).ToList();
        var answer = kept.FindIndex(o => o.Index == question.Answer);
        var (text, explanation) = (Trim(question.Text) ?? "", Trim(question.Explanation) ?? "");
        return text.Length == 0 && explanation.Length == 0 && kept.Count == 0 ? null
            : new PieceQuestion(text, [.. kept.Select(o => o.Text!)], answer < 0 ? null : answer, explanation);
    }
}
