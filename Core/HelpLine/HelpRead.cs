using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

public enum HelpReadOf
{
    /// <summary>The whole thread.</summary>
    Case,

    /// <summary>A picture or voice.</summary>
    Media,

    /// <summary>Who the person is.</summary>
    Person,

    /// <summary>Why somebody wants to know who the person is.</summary>
    Reason,
}

/// <summary>That somebody of the staff read something of a case; written before the first word is unsealed.</summary>
public sealed class HelpRead
{
    public long Id { get; private set; }

    public required int CaseId { get; init; }

    public required int StaffId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required HelpReadOf What { get; init; }

    /// <summary>The organisation by whose team, or by whose role, the reader may.</summary>
    public required int OrganisationId { get; init; }
}

internal sealed class HelpReadTable : IEntityTypeConfiguration<HelpRead>
{
    public void Configure(EntityTypeBuilder<HelpRead> table)
    {
        table.HasIndex(r => new { r.CaseId, r.StaffId, r.At });
        table.HasIndex(r => r.At);
        table.HasOne<HelpCase>().WithMany().HasForeignKey(r => r.CaseId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(r => r.StaffId).OnDelete(DeleteBehavior.Restrict);
        table.HasOne<Organisation>().WithMany().HasForeignKey(r => r.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
