using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

public enum HelpRevealState
{
    /// <summary>Waits for a custodian.</summary>
    Asked,

    Approved,

    Declined,

    /// <summary>A supervisor looked at once because a life was at stake; a custodian reviews it within 24 hours.</summary>
    Emergency,

    /// <summary>The custodian found the emergency right.</summary>
    Upheld,

    /// <summary>The custodian found it wrong.</summary>
    Objected,
}

/// <summary>That somebody asked who is behind an alias, and what was decided.</summary>
public sealed class HelpReveal
{
    public int Id { get; private set; }

    public required int CaseId { get; init; }

    public required int AskedBy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Sealed with the case's key; unreadable once the case is erased.</summary>
    public required byte[] ReasonSealed { get; init; }

    /// <summary>The other half of what the reason is bound to.</summary>
    public required string ReasonKey { get; init; }

    public required HelpRevealState State { get; set; }

    /// <summary>Of a custodian.</summary>
    public int? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Of an emergency: until when a custodian has to look at it.</summary>
    public DateTimeOffset? ReviewDueAt { get; set; }
}

internal sealed class HelpRevealTable : IEntityTypeConfiguration<HelpReveal>
{
    public void Configure(EntityTypeBuilder<HelpReveal> table)
    {
        table.HasIndex(r => new { r.CaseId, r.AskedBy }).IsUnique().HasFilter("state = 0").HasDatabaseName("ux_help_reveals_asked");
        table.HasIndex(r => r.State);
        table.HasOne<HelpCase>().WithMany().HasForeignKey(r => r.CaseId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(r => r.AskedBy).OnDelete(DeleteBehavior.Restrict);
    }
}
