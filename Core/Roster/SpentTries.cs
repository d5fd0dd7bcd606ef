using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>Wrong tries of a deleted account, kept until the day ends: deleting oneself must not buy five more guesses.</summary>
public sealed class SpentTries
{
    /// <summary>As the account's: <see cref="Privacy.Vault.Hash"/>.</summary>
    public required byte[] OpenIdHash { get; init; }

    /// <summary>In China.</summary>
    public required DateOnly Day { get; init; }

    public required int Tries { get; init; }
}

internal sealed class SpentTriesTable : IEntityTypeConfiguration<SpentTries>
{
    public void Configure(EntityTypeBuilder<SpentTries> table) => table.HasKey(t => t.OpenIdHash);
}
