using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>That a closed lesson's figures are settled. Its <see cref="FrozenFigure"/>s hold from the same commit as <see cref="FrozenAt"/>.</summary>
public sealed class Freeze
{
    public required int LessonId { get; init; }

    /// <summary>The lesson's closing instant: who was on the roster just before it, and exempt.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>From here on a completion of this lesson is 补学, whatever its attempt says.</summary>
    public required DateTimeOffset SealedAt { get; init; }

    /// <summary>Null while being counted.</summary>
    public DateTimeOffset? FrozenAt { get; set; }

    /// <summary>From what: which rows, how many.</summary>
    public string? Source { get; set; }
}

/// <summary>An organisation's figure of a closed lesson, and where it hung in the tree at the closing. Never changed, not by an adjustment either.</summary>
public sealed class FrozenFigure
{
    public required int LessonId { get; init; }

    public required int OrganisationId { get; init; }

    /// <summary>As of then; null for a root.</summary>
    public int? ParentId { get; init; }

    /// <summary>Its own people, those of the organisations below it not included.</summary>
    public required int OwnMembers { get; init; }

    public required int OwnExempt { get; init; }

    public required int OwnCompleted { get; init; }

    /// <summary>With everything below it.</summary>
    public required int Members { get; init; }

    public required int Exempt { get; init; }

    public required int Completed { get; init; }
}

internal sealed class FreezeTable : IEntityTypeConfiguration<Freeze>
{
    public void Configure(EntityTypeBuilder<Freeze> table)
    {
        table.HasKey(f => f.LessonId);
        table.Property(f => f.LessonId).ValueGeneratedNever();
    }
}

internal sealed class FrozenFigureTable : IEntityTypeConfiguration<FrozenFigure>
{
    public void Configure(EntityTypeBuilder<FrozenFigure> table) => table.HasKey(f => new { f.LessonId, f.OrganisationId });
}
