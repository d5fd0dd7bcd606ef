using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>
/// Another name under which roster files speak of an organisation: a spelling, or where and how it stood before it was renamed, moved
/// or merged. One name key under one parent is one organisation.
/// </summary>
public sealed class OrganisationAlias
{
    public int Id { get; private set; }

    /// <summary>What is meant.</summary>
    public required int OrganisationId { get; set; }

    /// <summary>Below which the name stands in files; null for a root's name.</summary>
    public required int? ParentId { get; init; }

    /// <summary><see cref="Names.Key"/> of the name.</summary>
    public required string NameKey { get; init; }
}

internal sealed class OrganisationAliasTable : IEntityTypeConfiguration<OrganisationAlias>
{
    public void Configure(EntityTypeBuilder<OrganisationAlias> table)
    {
        table.HasIndex(a => new { a.ParentId, a.NameKey }).IsUnique();

        // NULLs are never equal to an index.
        table.HasIndex(a => a.NameKey).IsUnique().HasFilter("parent_id IS NULL").HasDatabaseName("ux_organisation_aliases_root");
        table.HasIndex(a => a.OrganisationId);
        table.HasOne<Organisation>().WithMany().HasForeignKey(a => a.OrganisationId).OnDelete(DeleteBehavior.Cascade);
    }
}
