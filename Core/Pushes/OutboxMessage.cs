using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Pushes;

/// <summary>Where a message stands. The first two are open: of one account only the oldest open message is ever on its way.</summary>
public enum OutboxState
{
    /// <summary>To be sent from <see cref="OutboxMessage.DueAt"/> on.</summary>
    Waiting,

    /// <summary>A node has taken it; whatever happens, it is not taken a second time.</summary>
    Sending,

    /// <summary>WeChat took it.</summary>
    Sent,

    /// <summary>Read with the answer to a message of the person.</summary>
    Told,

    /// <summary>WeChat lets nothing be sent now: told with the answer to the next message.</summary>
    Parked,

    /// <summary>Sent, but nobody knows whether it arrived. Never repeated.</summary>
    Unknown,

    /// <summary>WeChat knows nobody of this address.</summary>
    Refused,

    /// <summary>Was not so any more before anybody was told, or an equal one after it says it.</summary>
    Void,
}

/// <summary>How a message was sent.</summary>
public enum OutboxChannel
{
    /// <summary>A customer-service message, as the account's own words in the chat.</summary>
    Chat,

    /// <summary>A subscription notification, for a credit.</summary>
    Notification,

    /// <summary>One message to up to ten thousand; each follower gets four in a month at most.</summary>
    Mass,
}

/// <summary>One message to one account, written in the transaction that caused it.</summary>
public sealed class OutboxMessage
{
    public long Id { get; private set; }

    public required int AccountId { get; init; }

    /// <summary>Its sentence is in Content/replies.yaml; of a push <see cref="Push.Title"/> and <see cref="Push.Text"/> are.</summary>
    public required string Code { get; init; }

    /// <summary>The push whose recipient this is; null for a message of the person's own. Both kinds keep their order, each for itself.</summary>
    public int? PushId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>What caused it, an inbound message or an event of ours; a repeat adds nothing.</summary>
    public required string MessageKey { get; init; }

    public OutboxState State { get; set; }

    /// <summary>Not to be sent before.</summary>
    public required DateTimeOffset DueAt { get; set; }

    /// <summary>Of the help line: when it came about. It goes out day and night, before everything else. Null for the others.</summary>
    public DateTimeOffset? UrgentAt { get; init; }

    /// <summary>When a node took it to send it; with <see cref="State"/> this is who may write the outcome.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>The last way that was tried.</summary>
    public OutboxChannel? Channel { get; set; }

    /// <summary>WeChat's id of a notification, by which an event tells its outcome.</summary>
    public string? WeChatId { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>WeChat's last errcode about it.</summary>
    public int? ErrCode { get; set; }

    /// <summary>WeChat's id of the refused request, for its support.</summary>
    public string? Rid { get; set; }

    /// <summary>The message whose answer told it; a repeat of that message tells it again.</summary>
    public string? ToldWith { get; set; }
}

internal sealed class OutboxMessageTable : IEntityTypeConfiguration<OutboxMessage>
{
    private const string Open = "state <= 1 AND push_id IS NULL";

    public void Configure(EntityTypeBuilder<OutboxMessage> table)
    {
        table.ToTable("outbox");
        table.HasIndex(m => new { m.AccountId, m.MessageKey }).IsUnique();
        table.HasIndex(m => new { m.State, m.DueAt, m.Id }).HasFilter(Open).HasDatabaseName("ix_outbox_due");
        table.HasIndex(m => new { m.AccountId, m.Id }).HasFilter(Open).HasDatabaseName("ix_outbox_order");
        table.HasIndex(m => new { m.PushId, m.State, m.Id }).HasFilter("push_id IS NOT NULL").HasDatabaseName("ix_outbox_push");
        table.HasIndex(m => m.WeChatId).HasFilter("channel = 2").HasDatabaseName("ix_outbox_mass");
        table.HasIndex(m => m.At).HasFilter("push_id IS NULL");
        table.HasIndex(m => m.UrgentAt).HasFilter("state <= 1 AND urgent_at IS NOT NULL").HasDatabaseName("ix_outbox_urgent");
        table.HasOne<Push>().WithMany().HasForeignKey(m => m.PushId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Account>().WithMany().HasForeignKey(m => m.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
