using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

/// <summary>Why a case needs somebody now; the higher stands first.</summary>
public enum HelpAlertKind
{
    /// <summary>A clock has run down.</summary>
    Overdue,

    /// <summary>A 强制报告 waits for its decision.</summary>
    Report,

    /// <summary>A name was revealed in an emergency and nobody has reviewed it.</summary>
    Review,

    /// <summary>Danger to life, or what may be.</summary>
    Crisis,
}

/// <summary>A call for somebody, until one acknowledges it; of a case and a kind at most one is open.</summary>
public sealed class HelpAlert
{
    public int Id { get; private set; }

    public required int CaseId { get; init; }

    public required HelpAlertKind Kind { get; set; }

    public required DateTimeOffset RaisedAt { get; set; }

    /// <summary>How many turns it has had, see <see cref="HelpTurn"/>: 0 just raised, 1 those on duty were called, 2 the next, 3 the team, 4 the supervisors.</summary>
    public required int Level { get; set; }

    /// <summary>When it goes a level up, or to the same people again.</summary>
    public required DateTimeOffset NextAt { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>Null where the case was closed or answered meanwhile.</summary>
    public int? AcknowledgedBy { get; set; }
}

internal sealed class HelpAlertTable : IEntityTypeConfiguration<HelpAlert>
{
    public void Configure(EntityTypeBuilder<HelpAlert> table)
    {
        table.HasIndex(a => new { a.CaseId, a.Kind }).IsUnique().HasFilter("acknowledged_at IS NULL").HasDatabaseName("ux_help_alerts_open");
        table.HasIndex(a => new { a.CaseId, a.RaisedAt });
        table.HasIndex(a => a.NextAt).HasFilter("acknowledged_at IS NULL");
        table.HasOne<HelpCase>().WithMany().HasForeignKey(a => a.CaseId).OnDelete(DeleteBehavior.Restrict);
    }
}
