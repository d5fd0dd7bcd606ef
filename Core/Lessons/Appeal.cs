using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>What somebody says who misses a completion.</summary>
public enum AppealSaw
{
    /// <summary>学完了，看到了回执.</summary>
    Receipt,

    /// <summary>学到最后，没看到回执.</summary>
    NoReceipt,

    /// <summary>中途断了，或者打不开.</summary>
    Interrupted,

    /// <summary>学了，但算在别处.</summary>
    Elsewhere,
}

public enum AppealOutcome
{
    /// <summary>已更正.</summary>
    Corrected,

    /// <summary>名册有误，已转交.</summary>
    RosterWrong,

    /// <summary>没有学完的记录.</summary>
    NoRecord,
}

/// <summary>申诉: a person sees no completion where one was expected. It creates none; the server's own rows are laid beside it.</summary>
public sealed class Appeal
{
    public int Id { get; private set; }

    public required int AccountId { get; init; }

    public required int PersonId { get; init; }

    public required int LessonId { get; init; }

    /// <summary>Whose secretary answers; null for the root's.</summary>
    public int? OrganisationId { get; set; }

    public required AppealSaw Saw { get; init; }

    /// <summary>The person's own words, up to 200 characters, sealed by <see cref="Privacy.Vault"/>; gone 30 days after the decision.</summary>
    public byte[]? TextSealed { get; set; }

    public required DateTimeOffset At { get; init; }

    public required string MessageKey { get; init; }

    public AppealOutcome? Outcome { get; set; }

    /// <summary>The secretary's sentence, up to 200 characters, sealed; gone together with <see cref="TextSealed"/>.</summary>
    public byte[]? AnswerSealed { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public string? DecidedBy { get; set; }
}

internal sealed class AppealTable : IEntityTypeConfiguration<Appeal>
{
    public void Configure(EntityTypeBuilder<Appeal> table)
    {
        table.HasIndex(a => new { a.PersonId, a.LessonId }).IsUnique().HasFilter("decided_at IS NULL").HasDatabaseName("ux_appeals_open");
        table.HasIndex(a => a.MessageKey).IsUnique();
        table.HasIndex(a => a.AccountId);
        table.HasIndex(a => a.OrganisationId);
        table.HasOne<Account>().WithMany().HasForeignKey(a => a.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
