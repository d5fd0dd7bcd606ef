using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>Days without a lesson, such as school holidays. Both days included, days in China.</summary>
public sealed class PauseWeek
{
    public int Id { get; private set; }

    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>One of <see cref="Names"/>; rows from before there was a list have free words.</summary>
    public required string Name { get; init; }

    /// <summary>The names that there are: a pause is told to everybody at once on one person's word, so there is nothing to be worded.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["寒假", "暑假", "春假", "秋假", "元旦假期", "春节", "清明假期", "劳动节假期", "端午假期", "中秋假期", "国庆假期", "考试周", "期中考试周", "期末考试周", "军训", "运动会", Other];

    private const string Other = "其他假期";

    /// <summary>What learners read: nothing that somebody has worded alone.</summary>
    public string Told => Name != Other && Names.Contains(Name) ? Name : "假期";
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
