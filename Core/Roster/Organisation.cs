using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>A node of the tree: committee, general branch or branch. Depth is not fixed; people may belong at any level.</summary>
public sealed class Organisation
{
    public int Id { get; private set; }

    /// <summary>Null only for a root.</summary>
    public int? ParentId { get; set; }

    /// <summary>As shown; unique among its siblings by <see cref="NameKey"/>.</summary>
    public required string Name { get; set; }

    /// <summary><see cref="Names.Key"/> of the name.</summary>
    public required string NameKey { get; set; }

    public required OrganisationKind Kind { get; set; }

    /// <summary>Eight characters from <see cref="JoinCodes"/>; what a branch's QR code carries and people type.</summary>
    public required string JoinCode { get; set; }

    /// <summary>The <see cref="RosterImportRun"/> that adds it, until it is tidied up; null for the others.</summary>
    public int? ImportId { get; set; }
}

/// <summary>That one organisation lies in another's subtree; each also in its own, at distance 0.</summary>
public sealed class OrganisationAncestor
{
    public required int OrganisationId { get; init; }

    public required int AncestorId { get; init; }

    public required int Distance { get; init; }
}

/// <summary>How many are on the roster of an organisation itself, its children not included. Kept with every change of membership.</summary>
public sealed class Headcount
{
    public required int OrganisationId { get; init; }

    /// <summary>Current memberships of 人员类别 团员.</summary>
    public int Members { get; set; }

    /// <summary>Those of <see cref="Members"/> with an exemption in force.</summary>
    public int Exempt { get; set; }
}

internal sealed class OrganisationTable : IEntityTypeConfiguration<Organisation>
{
    public void Configure(EntityTypeBuilder<Organisation> table)
    {
        table.HasIndex(o => o.JoinCode).IsUnique();
        table.HasIndex(o => new { o.ParentId, o.NameKey }).IsUnique();
        table.HasOne<Organisation>().WithMany().HasForeignKey(o => o.ParentId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class OrganisationAncestorTable : IEntityTypeConfiguration<OrganisationAncestor>
{
    public void Configure(EntityTypeBuilder<OrganisationAncestor> table)
    {
        table.HasKey(a => new { a.OrganisationId, a.AncestorId });
        table.HasIndex(a => a.AncestorId);
    }
}

internal sealed class HeadcountTable : IEntityTypeConfiguration<Headcount>
{
    public void Configure(EntityTypeBuilder<Headcount> table)
    {
        table.HasKey(h => h.OrganisationId);
        table.Property(h => h.OrganisationId).ValueGeneratedNever();
    }
}
