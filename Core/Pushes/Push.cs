using Bot.Core.Calendar;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Pushes;

/// <summary>Where a push stands.</summary>
public enum PushState
{
    /// <summary>Its recipients are being written, what is written is sent already.</summary>
    Filling,

    /// <summary>All recipients are written.</summary>
    Running,

    /// <summary>Somebody stopped it: nothing more is taken until it goes on.</summary>
    Stopped,

    /// <summary>Nobody is left to be sent it, or its time is over.</summary>
    Done,
}

/// <summary>One approved piece of the kind <see cref="PieceKind.Push"/> on its way to its recipients, each of whom is an <see cref="OutboxMessage"/>.</summary>
public sealed class Push
{
    public int Id { get; private set; }

    /// <summary>A piece goes out once.</summary>
    public required int PieceId { get; init; }

    /// <summary>The approved version that goes out.</summary>
    public required int Version { get; init; }

    /// <summary>Under which everybody is who gets it, as it was at the start.</summary>
    public required int OrganisationId { get; init; }

    public required string Title { get; init; }

    /// <summary>Without mark-up, as it is sent in the chat.</summary>
    public required string Text { get; init; }

    /// <summary>Path below Site:PublicUrl that a notification opens.</summary>
    public required string Page { get; init; }

    /// <summary>Mass messages take whom nothing else reaches; a slot of the month was taken for it.</summary>
    public required bool ByMass { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>What has not been sent by then is not sent any more.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Recipients are written in the order of their accounts; up to this account they are.</summary>
    public int FilledTo { get; set; }

    public required PushState State { get; set; }

    /// <summary>Login of who stopped it or let it go on last.</summary>
    public string? ChangedBy { get; set; }

    public DateTimeOffset? ChangedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>JSON of the <see cref="PushFigure"/>s, kept when the recipients' rows are forgotten.</summary>
    public string? Figures { get; set; }
}

/// <summary>One of the mass messages that an organisation may send in a month; each follower gets four at most.</summary>
public sealed class PushSlot
{
    public required int OrganisationId { get; init; }

    /// <summary>In China, such as 202611.</summary>
    public required int Month { get; init; }

    /// <summary>From 1.</summary>
    public required int Slot { get; init; }

    public required int PushId { get; init; }
}

internal sealed class PushTable : IEntityTypeConfiguration<Push>
{
    public void Configure(EntityTypeBuilder<Push> table)
    {
        table.ToTable("pushes");
        table.HasIndex(p => p.PieceId).IsUnique();
        table.HasIndex(p => p.StartedAt);
        table.HasIndex(p => p.State).HasFilter("state <= 2").HasDatabaseName("ix_pushes_open");
        table.HasOne<Organisation>().WithMany().HasForeignKey(p => p.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Piece>().WithMany().HasForeignKey(p => p.PieceId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class PushSlotTable : IEntityTypeConfiguration<PushSlot>
{
    public void Configure(EntityTypeBuilder<PushSlot> table)
    {
        table.ToTable("push_slots");
        table.HasKey(s => new { s.OrganisationId, s.Month, s.Slot });
        table.HasIndex(s => s.PushId).IsUnique();
        table.HasOne<Organisation>().WithMany().HasForeignKey(s => s.OrganisationId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Push>().WithMany().HasForeignKey(s => s.PushId).OnDelete(DeleteBehavior.Restrict);
    }
}
