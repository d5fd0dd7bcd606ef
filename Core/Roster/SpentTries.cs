using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>
/// What of a deleted account is remembered, by its keyed hash alone: the day's wrong tries until the day ends, because deleting oneself must
/// not buy five more guesses; and that it stood for a roster row, for ninety days, because one phone must not be a whole class in turn.
/// </summary>
public sealed class SpentTries
{
    /// <summary>As the account's: <see cref="Privacy.Vault.Hash"/>.</summary>
    public required byte[] OpenIdHash { get; init; }

    /// <summary>In China.</summary>
    public required DateOnly Day { get; init; }

    public required int Tries { get; init; }

    /// <summary>The day in China from which a scanned code and a name are enough again; null when the account stood for no row.</summary>
    public DateOnly? NameOnlyFrom { get; init; }
}

internal sealed class SpentTriesTable : IEntityTypeConfiguration<SpentTries>
{
    public void Configure(EntityTypeBuilder<SpentTries> table) => table.HasKey(t => t.OpenIdHash);
}
