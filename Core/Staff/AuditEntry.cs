using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Staff;

/// <summary>
/// Who saw or changed what. Rows are only added, in the transaction of what they tell of; soon afterwards <see cref="AuditChain"/> seals them.
/// The database refuses to change or remove one.
/// </summary>
public sealed class AuditEntry
{
    public long Id { get; private set; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Staff login, <c>operator</c> for the command line, or <c>secretary:person id</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Stable word such as <c>lesson.published-solo</c>; the console has a Chinese one for each.</summary>
    public required string Action { get; init; }

    /// <summary>Ids of rows and logins of staff, as <c>key:value</c> separated by spaces; nothing personal.</summary>
    public required string Subject { get; init; }

    /// <summary>The actor's reason, where one is asked for.</summary>
    public string? Reason { get; init; }

    /// <summary>Whose supervisors see it; null for those of a root only.</summary>
    public int? OrganisationId { get; init; }

    /// <summary>What is entered at most once carries the same words every time, see <see cref="SeenNames"/>.</summary>
    public string? Once { get; init; }

    /// <summary>Place in the chain, from 1 without gaps; null until it is sealed.</summary>
    public long? Position { get; internal set; }

    /// <summary>HMAC over the content, the position and the hash before, see <see cref="AuditSeal"/>; null until it is sealed.</summary>
    public byte[]? Hash { get; internal set; }
}

internal sealed class AuditEntryTable : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> table)
    {
        table.HasIndex(a => a.At);
        table.HasIndex(a => a.OrganisationId);
        table.HasIndex(a => a.Once).IsUnique();
        table.HasIndex(a => a.Position).IsUnique();
        table.HasIndex(a => a.Id, "ix_audit_entries_unsealed").HasFilter("position IS NULL");
    }
}
