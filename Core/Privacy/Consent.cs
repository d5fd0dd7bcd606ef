using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Privacy;

/// <summary>What a person agreed to, for one purpose and one version of the notice.</summary>
public sealed class Consent
{
    public int Id { get; private set; }

    public required int AccountId { get; init; }

    /// <summary>A key of Content/privacy.yaml, such as <c>roster</c> or <c>study</c>.</summary>
    public required string Purpose { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset GivenAt { get; init; }

    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>The inbound message or call that gave it; a repeat adds nothing.</summary>
    public required string MessageKey { get; init; }
}

internal sealed class ConsentTable : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> table)
    {
        table.HasIndex(c => c.MessageKey).IsUnique();
        table.HasIndex(c => new { c.AccountId, c.Purpose }).IsUnique().HasFilter("withdrawn_at IS NULL").HasDatabaseName("ux_consents_given");
        table.HasOne<Roster.Account>().WithMany().HasForeignKey(c => c.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}
