using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>Something an account is told with the answer to its next message, because nothing may be sent unasked.</summary>
public sealed class AccountNotice
{
    public int Id { get; private set; }

    public required int AccountId { get; init; }

    /// <summary>Its sentence is in Content/replies.yaml.</summary>
    public required string Code { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The message that caused it; a repeat adds nothing.</summary>
    public required string MessageKey { get; init; }

    /// <summary>The message whose answer told it; a repeat of that message tells it again.</summary>
    public string? ToldWith { get; set; }
}

internal sealed class AccountNoticeTable : IEntityTypeConfiguration<AccountNotice>
{
    public void Configure(EntityTypeBuilder<AccountNotice> table)
    {
        table.HasIndex(n => new { n.AccountId, n.MessageKey }).IsUnique();
        table.HasOne<Account>().WithMany().HasForeignKey(n => n.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
