using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Bot.Core.Lessons;

/// <summary>A published lesson as it is read again and again: parsed, rendered, unchanging.</summary>
public sealed class PublishedLesson
{
    public PublishedLesson(Lesson row)
    {
        RowId = row.Id;
        Id = new LessonId(row.Season, row.Period);
        Title = row.Title;
        OpensAt = row.OpensAt;
        ClosesAt = row.ClosesAt;
        MinSeconds = row.MinSeconds;
        Cover = row.Cover;
        Video = row.Video;
        Transcript = row.Transcript;
        Unreviewed = row.Unreviewed;
        ContentHash = row.ContentHash;
        Questions = JsonSerializer.Deserialize<List<Question>>(row.Questions)!;
        Sections = LessonText.Sections(row.Body);
        QuestionsTag = BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(row.Questions)));
    }

    public int RowId { get; }

    public LessonId Id { get; }

    public string Title { get; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset OpensAt { get; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset ClosesAt { get; }

    public int MinSeconds { get; }

    public string? Cover { get; }

    public string? Video { get; }

    public string? Transcript { get; }

    /// <summary>未经双人审核.</summary>
    public bool Unreviewed { get; }

    public string ContentHash { get; }

    public IReadOnlyList<Question> Questions { get; }

    public IReadOnlyList<Section> Sections { get; }

    /// <summary>Changes with the questions: answers given to others do not count for them.</summary>
    public int QuestionsTag { get; }

    public bool IsOpenAt(DateTimeOffset instant) => instant >= OpensAt && instant < ClosesAt;
}
