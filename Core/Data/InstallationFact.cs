using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Data;

/// <summary>Something true of the whole installation, such as which key ring its rows were written with.</summary>
public sealed class InstallationFact
{
    public required string Name { get; init; }

    public required string Value { get; set; }
}

internal sealed class InstallationFactTable : IEntityTypeConfiguration<InstallationFact>
{
    public void Configure(EntityTypeBuilder<InstallationFact> table) => table.HasKey(f => f.Name);
}
