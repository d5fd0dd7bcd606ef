using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>人员类别. Only <see cref="Member"/> counts in rates.</summary>
public enum PersonCategory
{
    Member,
    Pioneer,
    Youth,
    Party,
    Other,
}

/// <summary>职务.</summary>
public enum Duty
{
    Secretary,
    DeputySecretary,
    CommitteeMember,
    Officer,
}

/// <summary>A person belongs to an organisation from an instant (inclusive) until another (exclusive); one current row a person.</summary>
public sealed class Membership
{
    public int Id { get; private set; }

    public required int PersonId { get; init; }

    public required int OrganisationId { get; init; }

    public required PersonCategory Category { get; set; }

    public Duty? Duty { get; set; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Null while it lasts.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The <see cref="RosterImportRun"/> that adds it, until it is tidied up; null for the others.</summary>
    public int? ImportId { get; set; }
}

/// <summary>免学: a member who is not expected to study between two instants.</summary>
public sealed class Exemption
{
    public int Id { get; private set; }

    public required int PersonId { get; init; }

    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? Until { get; set; }

    /// <summary>A key of a fixed list, never health text.</summary>
    public required string Reason { get; init; }
}

internal sealed class MembershipTable : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> table)
    {
        table.HasIndex(m => m.PersonId).IsUnique().HasFilter("until IS NULL").HasDatabaseName("ux_memberships_current");
        table.HasIndex(m => new { m.PersonId, m.Since });
        table.HasIndex(m => m.OrganisationId);
        table.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Organisation>().WithMany().HasForeignKey(m => m.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ExemptionTable : IEntityTypeConfiguration<Exemption>
{
    public void Configure(EntityTypeBuilder<Exemption> table)
    {
        table.HasIndex(e => e.PersonId);
        table.HasOne<Person>().WithMany().HasForeignKey(e => e.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}
