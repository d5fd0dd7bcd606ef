using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Staff;

/// <summary>The WeChat account that belongs to somebody of the staff: one each way. The openid stays in the account's row alone.</summary>
public sealed class StaffLink
{
    public required int StaffId { get; init; }

    public required int AccountId { get; init; }

    public required DateTimeOffset LinkedAt { get; init; }

    /// <summary>The message that linked them; a repeat of it is told the same.</summary>
    public required string MessageKey { get; init; }
}

/// <summary>A code that waits to be typed into the chat; of each account the latest.</summary>
public sealed class StaffLinkCode
{
    public required int StaffId { get; init; }

    /// <summary><see cref="Privacy.Vault.Mark"/> of the code; the only way to look it up.</summary>
    public required byte[] Mark { get; init; }

    /// <summary>Sealed, to be shown again to its owner.</summary>
    public required byte[] Sealed { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class StaffLinkTable : IEntityTypeConfiguration<StaffLink>
{
    public void Configure(EntityTypeBuilder<StaffLink> table)
    {
        table.HasKey(l => l.StaffId);
        table.Property(l => l.StaffId).ValueGeneratedNever();
        table.HasIndex(l => l.AccountId).IsUnique();
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(l => l.StaffId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Account>().WithMany().HasForeignKey(l => l.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class StaffLinkCodeTable : IEntityTypeConfiguration<StaffLinkCode>
{
    public void Configure(EntityTypeBuilder<StaffLinkCode> table)
    {
        table.HasKey(c => c.StaffId);
        table.Property(c => c.StaffId).ValueGeneratedNever();
        table.HasIndex(c => c.Mark).IsUnique();
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(c => c.StaffId).OnDelete(DeleteBehavior.Cascade);
    }
}
