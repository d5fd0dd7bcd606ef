using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>
/// What a secretary entered: from which day to which somebody is 免学. On its first day an <see cref="Exemption"/> is opened, after its
/// last day that is closed, each in one transaction with the counters; so an exemption row always tells what is, never what will be.
/// </summary>
public sealed class ExemptionPlan
{
    public int Id { get; private set; }

    public required int PersonId { get; init; }

    /// <summary>A key of <see cref="ExemptionReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>A day in China, inclusive.</summary>
    public required DateOnly FromDay { get; init; }

    /// <summary>Inclusive; null without an end.</summary>
    public DateOnly? ToDay { get; set; }

    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>As in audit entries.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The row that it opened; null before its first day.</summary>
    public int? ExemptionId { get; set; }

    /// <summary>When its row was closed.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}

internal sealed class ExemptionPlanTable : IEntityTypeConfiguration<ExemptionPlan>
{
    public void Configure(EntityTypeBuilder<ExemptionPlan> table)
    {
        table.HasIndex(p => p.PersonId);
        table.HasIndex(p => p.FromDay).HasFilter("closed_at IS NULL").HasDatabaseName("ix_exemption_plans_due");
        table.HasOne<Person>().WithMany().HasForeignKey(p => p.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}
