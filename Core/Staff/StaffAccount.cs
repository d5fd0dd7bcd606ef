using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Staff;

/// <summary>Somebody who signs in to the console with a password and a second factor.</summary>
public sealed class StaffAccount : IdentityUser<int>
{
    /// <summary>Only the simulator's sample account: signs in by password alone.</summary>
    public bool NoSecondFactor { get; set; }

    /// <summary>SHA-256 of the one-use invitation's secret; null once used.</summary>
    public byte[]? InvitationHash { get; set; }

    public DateTimeOffset? InvitationExpiresAt { get; set; }

    /// <summary>The account that made the last invitation, the first or one of a renewal, and so has seen its link; null for the operator. See <see cref="OneHand"/>.</summary>
    public int? InvitedById { get; set; }

    /// <summary>When the last invitation was made.</summary>
    public DateTimeOffset? InvitedAt { get; set; }

    /// <summary>The authenticator's key, sealed by <see cref="Privacy.Vault"/>; it counts once <c>TwoFactorEnabled</c>.</summary>
    public byte[]? SecondFactorKey { get; set; }

    /// <summary>The 30-second step of the last code that was accepted: no code opens twice.</summary>
    public long LastCodeStep { get; set; }

    /// <summary>Since when they want no word in WeChat of new weekly reports; null for somebody who does.</summary>
    public DateTimeOffset? NoReportsSince { get; set; }

    /// <summary>Left: no access, the name stays in the history.</summary>
    public DateTimeOffset? LeftAt { get; set; }
}

public enum StaffRole
{
    Administrator,
    Editor,
    Approver,
    Secretary,
    CommitteeOfficer,
    Counsellor,
    DutySupervisor,
    Custodian,
    VolunteerLead,
    VacancyOfficer,
}

/// <summary>One of the codes that open the console once when the phone is lost.</summary>
public sealed class RecoveryCode
{
    public required int StaffId { get; init; }

    /// <summary>SHA-256.</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>A role holds for an organisation and everything below it.</summary>
public sealed class StaffAssignment
{
    public int Id { get; private set; }

    public required int StaffId { get; init; }

    public required StaffRole Role { get; init; }

    public required int OrganisationId { get; init; }
}

internal sealed class StaffAccountTable : IEntityTypeConfiguration<StaffAccount>
{
    public void Configure(EntityTypeBuilder<StaffAccount> table)
    {
        table.ToTable("staff_accounts");
        table.HasIndex(s => s.InvitationHash).IsUnique();
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(s => s.InvitedById).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RecoveryCodeTable : IEntityTypeConfiguration<RecoveryCode>
{
    public void Configure(EntityTypeBuilder<RecoveryCode> table)
    {
        table.ToTable("staff_recovery_codes");
        table.HasKey(c => new { c.StaffId, c.Hash });
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(c => c.StaffId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class StaffAssignmentTable : IEntityTypeConfiguration<StaffAssignment>
{
    public void Configure(EntityTypeBuilder<StaffAssignment> table)
    {
        table.HasIndex(a => new { a.StaffId, a.Role, a.OrganisationId }).IsUnique();
        table.HasOne<StaffAccount>().WithMany().HasForeignKey(a => a.StaffId).OnDelete(DeleteBehavior.Cascade);
        table.HasOne<Roster.Organisation>().WithMany().HasForeignKey(a => a.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
