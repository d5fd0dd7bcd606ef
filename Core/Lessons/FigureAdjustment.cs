using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

public enum AdjustmentKind
{
    /// <summary>Where the person belonged in that week.</summary>
    Membership,

    /// <summary>Whether the person was exempt in that week.</summary>
    Exemption,
}

/// <summary>
/// A dated entry that corrects one person's membership or exemption in a closed week. What the person was taken for leaves one organisation's
/// figure, what the person is arrives at another's or the same's: the sum of both is the change. Rows are only added.
/// </summary>
public sealed class FigureAdjustment
{
    public int Id { get; private set; }

    public required int LessonId { get; init; }

    public required int PersonId { get; init; }

    /// <summary>1, 2, … of this person and lesson: two at once cannot both be the next.</summary>
    public required int Sequence { get; init; }

    public required AdjustmentKind Kind { get; init; }

    /// <summary>Null when the person was counted nowhere.</summary>
    public int? FromOrganisationId { get; init; }

    /// <summary>0 or -1, as <see cref="FromExempt"/> and <see cref="FromCompleted"/>.</summary>
    public required int FromMembers { get; init; }

    public required int FromExempt { get; init; }

    public required int FromCompleted { get; init; }

    /// <summary>Null when the person is counted nowhere from now on.</summary>
    public int? ToOrganisationId { get; init; }

    /// <summary>0 or 1, as <see cref="ToExempt"/> and <see cref="ToCompleted"/>.</summary>
    public required int ToMembers { get; init; }

    /// <summary>1 also where the person is counted nowhere, but exempt: it holds for the next adjustment.</summary>
    public required int ToExempt { get; init; }

    public required int ToCompleted { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Staff login, or <c>secretary:</c> and a person's id.</summary>
    public required string Actor { get; init; }

    /// <summary>2 to 200 characters.</summary>
    public required string Reason { get; init; }
}

internal sealed class FigureAdjustmentTable : IEntityTypeConfiguration<FigureAdjustment>
{
    public void Configure(EntityTypeBuilder<FigureAdjustment> table)
    {
        table.HasIndex(a => new { a.LessonId, a.PersonId, a.Sequence }).IsUnique();
        table.HasIndex(a => a.PersonId);
    }
}
