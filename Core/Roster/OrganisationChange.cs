using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

public enum OrganisationChangeKind
{
    Renamed,
    Moved,

    /// <summary>Into <see cref="OrganisationChange.OtherId"/>.</summary>
    Merged,

    /// <summary><see cref="OrganisationChange.OtherId"/> came out of it.</summary>
    Split,
    Closed,
    Reopened,
}

/// <summary>What has happened to an organisation; rows are only added.</summary>
public sealed class OrganisationChange
{
    public int Id { get; private set; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Staff login, or <c>operator</c>.</summary>
    public required string By { get; init; }

    public required OrganisationChangeKind Kind { get; init; }

    public required int OrganisationId { get; init; }

    public int? OtherId { get; init; }

    public int? FromParentId { get; init; }

    public int? ToParentId { get; init; }

    public string? OldName { get; init; }

    public string? NewName { get; init; }

    /// <summary>How many memberships went along.</summary>
    public int People { get; init; }

    public string? Reason { get; init; }
}

internal sealed class OrganisationChangeTable : IEntityTypeConfiguration<OrganisationChange>
{
    public void Configure(EntityTypeBuilder<OrganisationChange> table)
    {
        table.HasIndex(c => c.OrganisationId);
        table.HasIndex(c => c.OtherId);
        table.HasOne<Organisation>().WithMany().HasForeignKey(c => c.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
