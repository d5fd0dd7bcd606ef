using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Pushes;

/// <summary>How a credit came to its end.</summary>
public enum CreditEnd
{
    /// <summary>A notification was sent with it, or may have been.</summary>
    Spent,

    /// <summary>WeChat says that there is none: its count holds.</summary>
    Denied,

    /// <summary>The person switched these notifications off.</summary>
    Withdrawn,
}

/// <summary>
/// The person's leave for one notification (wechat-protocol §6.4). WeChat tells nobody how many are left, so each is a row: given by an
/// event, spent before the notification is sent.
/// </summary>
public sealed class Credit
{
    public long Id { get; private set; }

    public required int AccountId { get; init; }

    /// <summary>WeChat's id of the template that it is for.</summary>
    public required string TemplateId { get; init; }

    public required DateTimeOffset GivenAt { get; init; }

    /// <summary>The event that gave it; a repeat of the event gives nothing.</summary>
    public required string GivenWith { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    public CreditEnd? End { get; set; }

    /// <summary>The message it was spent on; the message may be forgotten before it.</summary>
    public long? MessageId { get; set; }
}

internal sealed class CreditTable : IEntityTypeConfiguration<Credit>
{
    public void Configure(EntityTypeBuilder<Credit> table)
    {
        table.HasIndex(c => new { c.AccountId, c.GivenWith }).IsUnique();
        table.HasIndex(c => new { c.TemplateId, c.AccountId, c.Id }).HasFilter("ended_at IS NULL").HasDatabaseName("ix_credits_left");
        table.HasIndex(c => c.MessageId).HasFilter("message_id IS NOT NULL");
        table.HasOne<Account>().WithMany().HasForeignKey(c => c.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
