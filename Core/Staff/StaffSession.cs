using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Staff;

/// <summary>One browser that is signed in with an account. It counts while its row is there and it is not older than <see cref="Lifetime"/>.</summary>
public sealed class StaffSession
{
    /// <summary>Not prolonged by use.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public long Id { get; private set; }

    public required int StaffId { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>What somebody tells browsers apart by, such as <c>Windows · Chrome</c>; from a fixed list, never what the browser sent.</summary>
    public required string Device { get; init; }

    /// <summary>The key of a new authenticator that waits for its first code, sealed by <see cref="Privacy.Vault"/>.</summary>
    public byte[]? NextFactorKey { get; set; }

    public DateTimeOffset? NextFactorAt { get; set; }
}

internal sealed class StaffSessionTable : IEntityTypeConfiguration<StaffSession>
{
    public void Configure(EntityTypeBuilder<StaffSession> table)
    {
        table.HasIndex(s => s.StaffId);
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(s => s.StaffId).OnDelete(DeleteBehavior.Cascade);
    }
}
