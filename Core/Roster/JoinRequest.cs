using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>Why a wish to join went to the secretary's tray instead of being guessed.</summary>
public enum JoinDoubt
{
    /// <summary>No row of that name in the organisation fits.</summary>
    Unknown,

    /// <summary>More than one row fits.</summary>
    Ambiguous,

    /// <summary>The row is held by another account of the same appid.</summary>
    Occupied,
}

/// <summary>A wish to join that a secretary decides. Name and number are cleared once it is decided.</summary>
public sealed class JoinRequest
{
    public int Id { get; private set; }

    public required int AccountId { get; init; }

    public required int OrganisationId { get; init; }

    public required string? Name { get; set; }

    /// <summary>What was typed: 团员编号 or last four digits of the phone.</summary>
    public string? Number { get; set; }

    public required JoinDoubt Doubt { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The inbound message that asked; a repeat of it adds nothing.</summary>
    public required string MessageKey { get; init; }

    public DateTimeOffset? DecidedAt { get; set; }

    public bool? Accepted { get; set; }

    /// <summary>Staff login or person id of the secretary, for the history.</summary>
    public string? DecidedBy { get; set; }
}

/// <summary>A person asks that something stored about them be put right.</summary>
public sealed class CorrectionRequest
{
    public int Id { get; private set; }

    public required int AccountId { get; init; }

    /// <summary>Whose tray; null until the person belongs somewhere, then the root's.</summary>
    public required int? OrganisationId { get; init; }

    /// <summary>The person's words, at most 500 characters; cleared once decided.</summary>
    public required string? Text { get; set; }

    public required DateTimeOffset At { get; init; }

    public required string MessageKey { get; init; }

    public DateTimeOffset? DecidedAt { get; set; }

    public bool? Accepted { get; set; }

    public string? DecidedBy { get; set; }
}

internal sealed class JoinRequestTable : IEntityTypeConfiguration<JoinRequest>
{
    public void Configure(EntityTypeBuilder<JoinRequest> table)
    {
        table.HasIndex(r => r.MessageKey).IsUnique();
        table.HasIndex(r => r.OrganisationId);

        // One open wish per account: asking again changes nothing until it is decided.
        table.HasIndex(r => r.AccountId).IsUnique().HasFilter("decided_at IS NULL").HasDatabaseName("ux_join_requests_open");
        table.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class CorrectionRequestTable : IEntityTypeConfiguration<CorrectionRequest>
{
    public void Configure(EntityTypeBuilder<CorrectionRequest> table)
    {
        table.HasIndex(r => r.MessageKey).IsUnique();
        table.HasIndex(r => r.OrganisationId);
        table.HasOne<Account>().WithMany().HasForeignKey(r => r.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
