using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

public enum HelpKind
{
    Text,
    Picture,
    Voice,
    Location,

    /// <summary>Of the staff, for the staff.</summary>
    Note,

    /// <summary>Assigned, handed over, referred, closed, decided and so on: the case reads as one thread.</summary>
    Step,
}

public enum HelpSide
{
    Person,
    Staff,
    Bot,
}

/// <summary>Where a picture or voice of the person is.</summary>
public enum HelpMediaState
{
    None,

    /// <summary>To be fetched from WeChat, which keeps it for three days.</summary>
    Wanted,

    /// <summary>In the case's folder, sealed.</summary>
    Stored,

    /// <summary>WeChat did not give it.</summary>
    Lost,
}

/// <summary>One message, note or step of a case.</summary>
public sealed class HelpMessage
{
    public long Id { get; private set; }

    public required int CaseId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required HelpKind Kind { get; init; }

    public required HelpSide By { get; init; }

    public int? StaffId { get; init; }

    /// <summary>A <see cref="HelpBody"/>, sealed with the case's key and bound to this case and <see cref="MessageKey"/>.</summary>
    public required byte[] Sealed { get; set; }

    public HelpMediaState Media { get; set; }

    /// <summary>Of the sealed file in the case's folder; null for none.</summary>
    public string? MediaFile { get; set; }

    /// <summary>The inbound message, or an id of ours: within a case each stands once, so that WeChat's repeats add nothing.</summary>
    public required string MessageKey { get; init; }

    /// <summary>The sentence that answered it; null for silence. A repeat is answered with the same.</summary>
    public string? Answer { get; init; }

    /// <summary>Of a reply: <see cref="Privacy.Vault.Mark"/> of its key in the outbox. The database alone does not say whose row that is.</summary>
    public byte[]? SentMark { get; init; }

    /// <summary>What became of a reply, once its row in the outbox is gone.</summary>
    public OutboxState? Delivered { get; set; }
}

internal sealed class HelpMessageTable : IEntityTypeConfiguration<HelpMessage>
{
    public void Configure(EntityTypeBuilder<HelpMessage> table)
    {
        table.HasIndex(m => new { m.CaseId, m.MessageKey }).IsUnique();
        table.HasIndex(m => m.SentMark).IsUnique().HasFilter("sent_mark IS NOT NULL");
        table.HasIndex(m => m.Id).HasFilter("media = 1").HasDatabaseName("ix_help_messages_wanted");
        table.HasOne<HelpCase>().WithMany().HasForeignKey(m => m.CaseId).OnDelete(DeleteBehavior.Cascade);
    }
}
