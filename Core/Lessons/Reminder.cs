using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>Somebody asked to be reminded of one lesson, and has not been yet. The key makes it one, however often they ask.</summary>
public sealed class Reminder
{
    public required int AccountId { get; init; }

    public required int LessonId { get; init; }

    /// <summary>When they were told that it comes.</summary>
    public required DateTimeOffset DueAt { get; init; }
}

internal sealed class ReminderTable : IEntityTypeConfiguration<Reminder>
{
    public void Configure(EntityTypeBuilder<Reminder> table)
    {
        table.ToTable("reminders");
        table.HasKey(r => new { r.AccountId, r.LessonId });
        table.HasIndex(r => new { r.LessonId, r.DueAt, r.AccountId }).HasDatabaseName("ix_reminders_due");
        table.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Lesson>().WithMany().HasForeignKey(r => r.LessonId).OnDelete(DeleteBehavior.Cascade);
    }
}
