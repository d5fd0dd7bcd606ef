using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

public enum LessonState
{
    Draft,
    Published,
}

/// <summary>One period's lesson. Its id in paths and on screens is <c>season-period</c>.</summary>
public sealed class Lesson
{
    public int Id { get; private set; }

    public required int Season { get; set; }

    public required int Period { get; set; }

    public required string Title { get; set; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset OpensAt { get; set; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ClosesAt { get; set; }

    /// <summary>Seconds of study that make it count, 1 to 3600.</summary>
    public required int MinSeconds { get; set; }

    public string? Cover { get; set; }

    public string? Video { get; set; }

    /// <summary>Plain text of what the video says.</summary>
    public string? Transcript { get; set; }

    /// <summary>Markdown; each <c>##</c> starts a section.</summary>
    public required string Body { get; set; }

    /// <summary>JSON of <see cref="Question"/>s.</summary>
    public required string Questions { get; set; }

    /// <summary>SHA-256 of everything above, hex: the same file again changes nothing.</summary>
    public required string ContentHash { get; set; }

    public LessonState State { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>When all who want a reminder of every lesson were given theirs.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>Why one operator published it alone; shown as 未经双人审核 until a second person approves.</summary>
    public string? SoloReason { get; set; }

    /// <summary>Published without a second person's consent.</summary>
    public bool Unreviewed { get; set; }
}

/// <param name="Id">Stable within the lesson: q1, q2, … in the order of the file.</param>
/// <param name="Answer">Index of the right option; never leaves the server.</param>
public sealed record Question(string Id, string Text, IReadOnlyList<string> Options, int Answer, string Explanation);

internal sealed class LessonTable : IEntityTypeConfiguration<Lesson>
{
    public void Configure(EntityTypeBuilder<Lesson> table)
        => table.HasIndex(l => new { l.Season, l.Period }).IsUnique();
}
