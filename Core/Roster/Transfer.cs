using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

public enum TransferKind
{
    /// <summary>学社衔接: a student leaves school for work or home.</summary>
    ToSociety,

    /// <summary>升学衔接: from one school to the next.</summary>
    ToSchool,

    Other,

    /// <summary>离团, and whatever else ends somebody's time on the roster.</summary>
    Leaving,

    /// <summary>Was never one of theirs.</summary>
    Mistaken,

    /// <summary>The same person stands on the roster twice: this row goes.</summary>
    Duplicate,
}

public enum TransferState
{
    /// <summary>Released; nobody has answered yet, or nobody is known yet who could.</summary>
    Waiting,

    Accepted,

    /// <summary>The destination said no; the old branch, or those above, send it elsewhere or take it back.</summary>
    Refused,

    /// <summary>Taken back: the person stays.</summary>
    Withdrawn,

    /// <summary>Off the roster, as those above confirmed.</summary>
    Removed,
}

/// <summary>Why a destination refuses.</summary>
public enum TransferReason
{
    NotOurs,
    Elsewhere,
    Other,
}

/// <summary>
/// 转接: a person is handed from one organisation to another, or 移出: taken off the roster (<see cref="TransferWords.IsRemoval"/>). Until
/// it is accepted, or confirmed, the person belongs to the old one. A person has at most one that has not ended.
/// </summary>
public sealed class Transfer
{
    public int Id { get; private set; }

    public required int PersonId { get; init; }

    public required int FromId { get; set; }

    /// <summary>Null while nobody knows where the person goes.</summary>
    public required int? ToId { get; set; }

    public required TransferKind Kind { get; set; }

    public TransferState State { get; set; }

    public required DateTimeOffset ReleasedAt { get; init; }

    /// <summary>Staff login, or <c>secretary:</c> and a person's id; the same below.</summary>
    public required string ReleasedBy { get; init; }

    /// <summary>The end, exclusive, of the deadline that it was released with: for the rate; giving more time does not move it.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>The last day, in China, before those above see it.</summary>
    public required DateOnly Deadline { get; set; }

    /// <summary>How often it was given a destination after its release: each round is told of anew.</summary>
    public int Round { get; set; }

    public DateTimeOffset? RefusedAt { get; set; }

    public TransferReason? Reason { get; set; }

    /// <summary>Of the last decision.</summary>
    public string? DecidedBy { get; set; }

    /// <summary>When it was accepted or withdrawn; null while it is open.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>The words of screens for transfers.</summary>
public static class TransferWords
{
    /// <summary>移出名册: goes nowhere, so it is no part of the transfer rate.</summary>
    public static bool IsRemoval(this TransferKind kind) => kind is TransferKind.Leaving or TransferKind.Mistaken or TransferKind.Duplicate;

    public static string Word(this TransferKind kind) => kind switch
    {
        TransferKind.ToSociety => "学社衔接",
        TransferKind.ToSchool => "升学衔接",
        TransferKind.Leaving => "离团",
        TransferKind.Mistaken => "登记有误",
        TransferKind.Duplicate => "重复登记",
        _ => "其他",
    };

    public static string Word(this TransferReason reason) => reason switch
    {
        TransferReason.NotOurs => "不是本支部的人",
        TransferReason.Elsewhere => "已在别处",
        _ => "其他",
    };
}

internal sealed class TransferTable : IEntityTypeConfiguration<Transfer>
{
    public void Configure(EntityTypeBuilder<Transfer> table)
    {
        table.Property(t => t.Round).HasDefaultValue(0);
        table.HasIndex(t => t.PersonId).IsUnique().HasFilter("ended_at IS NULL").HasDatabaseName("ux_transfers_open");
        table.HasIndex(t => new { t.PersonId, t.ReleasedAt });
        table.HasIndex(t => t.Deadline).HasFilter("ended_at IS NULL");
        table.HasIndex(t => t.EndedAt);
        table.HasIndex(t => t.DueAt);
        table.HasOne<Person>().WithMany().HasForeignKey(t => t.PersonId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Organisation>().WithMany().HasForeignKey(t => t.FromId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Organisation>().WithMany().HasForeignKey(t => t.ToId).OnDelete(DeleteBehavior.Restrict);
    }
}
