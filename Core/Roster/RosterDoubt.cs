using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>How a doubt was settled.</summary>
public enum DoubtOutcome
{
    /// <summary>The row speaks of a stored person.</summary>
    Known,

    /// <summary>It speaks of somebody who was on no roster.</summary>
    New,

    /// <summary>It stays out.</summary>
    LeftOut,
}

/// <summary>A row of a roster file of which only a human can say whom it means. It waits in the tray of its organisation.</summary>
public sealed class RosterDoubt
{
    public int Id { get; private set; }

    /// <summary>The first import that held it.</summary>
    public required int ImportId { get; init; }

    /// <summary>In that import's file.</summary>
    public required int Line { get; init; }

    public required int OrganisationId { get; init; }

    /// <summary>Why, one of <see cref="RosterFaults"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the row says, sealed by <see cref="Privacy.Vault"/>; gone once decided.</summary>
    public byte[]? RowSealed { get; set; }

    /// <summary><see cref="Privacy.Vault.Mark"/> of what the row says: the same row in a later file is not asked about again.</summary>
    public required byte[] RowMark { get; init; }

    public required DateTimeOffset At { get; init; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>A staff login or <c>secretary:</c> and a person's id.</summary>
    public string? DecidedBy { get; set; }

    public DoubtOutcome? Outcome { get; set; }
}

internal sealed class RosterDoubtTable : IEntityTypeConfiguration<RosterDoubt>
{
    public void Configure(EntityTypeBuilder<RosterDoubt> table)
    {
        table.HasIndex(d => new { d.OrganisationId, d.RowMark }).IsUnique();
        table.HasOne<Organisation>().WithMany().HasForeignKey(d => d.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
