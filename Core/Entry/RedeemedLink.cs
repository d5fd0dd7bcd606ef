using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Entry;

/// <summary>An entry link that has been opened; kept until it would have run out anyway.</summary>
public sealed class RedeemedLink
{
    /// <summary>The link's own random part.</summary>
    public required byte[] Id { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class RedeemedLinkTable : IEntityTypeConfiguration<RedeemedLink>
{
    public void Configure(EntityTypeBuilder<RedeemedLink> table)
    {
        table.HasKey(l => l.Id);
        table.HasIndex(l => l.ExpiresAt);
    }
}
