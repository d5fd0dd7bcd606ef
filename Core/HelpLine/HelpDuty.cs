using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.HelpLine;

/// <summary>That somebody is on duty: alerts of the area's cases go to them.</summary>
public sealed class HelpDuty
{
    public int Id { get; private set; }

    public required int StaffId { get; init; }

    public required int OrganisationId { get; init; }

    /// <summary>Null for all topics.</summary>
    public HelpTopic? Topic { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset BeginsAt { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    public bool IsSupervisor { get; init; }
}

/// <summary>Whether somebody takes cases now. Who never said so does not.</summary>
public sealed class HelpPresence
{
    public required int StaffId { get; init; }

    public required bool IsAvailable { get; set; }

    public required DateTimeOffset Since { get; set; }

    /// <summary>When their linked account last wrote to the bot: WeChat lets alerts through for 48 hours. Null when not known.</summary>
    public DateTimeOffset? HeardAt { get; set; }
}

/// <summary>That somebody reads the cases of a topic in an area and below.</summary>
public sealed class HelpTeamMember
{
    public required int StaffId { get; init; }

    public required int OrganisationId { get; init; }

    public required HelpTopic Topic { get; init; }
}

internal sealed class HelpDutyTable : IEntityTypeConfiguration<HelpDuty>
{
    public void Configure(EntityTypeBuilder<HelpDuty> table)
    {
        table.HasIndex(d => d.EndsAt);
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(d => d.StaffId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Organisation>().WithMany().HasForeignKey(d => d.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class HelpPresenceTable : IEntityTypeConfiguration<HelpPresence>
{
    public void Configure(EntityTypeBuilder<HelpPresence> table)
    {
        table.HasKey(p => p.StaffId);
        table.Property(p => p.StaffId).ValueGeneratedNever();
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(p => p.StaffId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class HelpTeamMemberTable : IEntityTypeConfiguration<HelpTeamMember>
{
    public void Configure(EntityTypeBuilder<HelpTeamMember> table)
    {
        table.HasKey(m => new { m.StaffId, m.OrganisationId, m.Topic });
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(m => m.StaffId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Organisation>().WithMany().HasForeignKey(m => m.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
