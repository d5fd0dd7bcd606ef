using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>Days without a lesson, such as school holidays. Both days included, days in China.</summary>
public sealed class PauseWeek
{
    public int Id { get; private set; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>What people are told, such as 暑假.</summary>
    public required string Name { get; init; }
}

internal sealed class PauseWeekTable : IEntityTypeConfiguration<PauseWeek>
{
    public void Configure(EntityTypeBuilder<PauseWeek> table)
    {
        table.Property(p => p.From).HasColumnName("from_day");
        table.Property(p => p.To).HasColumnName("to_day");
        table.HasIndex(p => new { p.From, p.To }).IsUnique();
    }
}
