using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Calendar;

/// <summary>What a piece becomes. Stored as a number: further kinds are added at the end.</summary>
public enum PieceKind
{
    Lesson,
    Article,
    Notice,
    Push,
}

/// <summary>Where the newest version stands with the two people; whether something is out follows from time, see <see cref="PieceStage"/>.</summary>
public enum PieceState
{
    Draft,
    Submitted,
    Approved,
    Withdrawn,
}

/// <summary>
/// Something that goes out at an instant once two people agree. Its newest version stands in <see cref="PieceVersion"/>; what people see is
/// <see cref="OutVersion"/>, which an edit of something that is out leaves as it was.
/// </summary>
public sealed class Piece
{
    public int Id { get; private set; }

    public required PieceKind Kind { get; init; }

    /// <summary>For whom: this organisation and everything below it; of a root for everyone.</summary>
    public required int OrganisationId { get; init; }

    public required string Title { get; set; }

    /// <summary>Newest version, from 1.</summary>
    public required int Version { get; set; }

    /// <summary>SHA-256 of exactly what the newest version sends out, hex; see <see cref="PieceText.HashOf"/>.</summary>
    public required string Hash { get; set; }

    public required PieceState State { get; set; }

    /// <summary>Inclusive; of the newest version.</summary>
    public required DateTimeOffset GoesOutAt { get; set; }

    /// <summary>Exclusive; null for an article that stays.</summary>
    public DateTimeOffset? ClosesAt { get; set; }

    /// <summary>Login; of the newest version, like the three below.</summary>
    public string? SubmittedBy { get; set; }

    public DateTimeOffset? SubmittedAt { get; set; }

    /// <summary>Login of who approved or declined last.</summary>
    public string? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why it was declined; null once it is submitted again.</summary>
    public string? Reason { get; set; }

    /// <summary>The approved version that goes out, or is out; null while there is none.</summary>
    public int? OutVersion { get; set; }

    /// <summary>Inclusive; of <see cref="OutVersion"/>.</summary>
    public DateTimeOffset? OutAt { get; set; }

    /// <summary>Exclusive; of <see cref="OutVersion"/>.</summary>
    public DateTimeOffset? OutUntil { get; set; }

    /// <summary>The lesson that an approved lesson piece is; null while none is published.</summary>
    public int? LessonId { get; set; }

    public bool IsOutAt(DateTimeOffset now) => OutAt <= now && (OutUntil is not { } until || until > now);

    public bool IsClosedAt(DateTimeOffset now) => OutUntil <= now;
}

internal sealed class PieceTable : IEntityTypeConfiguration<Piece>
{
    public void Configure(EntityTypeBuilder<Piece> table)
    {
        table.HasIndex(p => p.GoesOutAt);
        table.HasIndex(p => new { p.Kind, p.OutAt });
        table.HasIndex(p => p.OrganisationId);
        table.HasIndex(p => p.LessonId).IsUnique();
        table.HasOne<Organisation>().WithMany().HasForeignKey(p => p.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Lesson>().WithMany().HasForeignKey(p => p.LessonId).OnDelete(DeleteBehavior.SetNull);
    }
}
