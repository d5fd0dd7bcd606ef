using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>
/// One WeChat address of a person: an openid of one appid. Until its owner joins a branch the person behind it is nameless.
/// </summary>
public sealed class Account
{
    public int Id { get; private set; }

    public required int PersonId { get; set; }

    public required string AppId { get; init; }

    /// <summary><see cref="Privacy.Vault.Hash"/> of appid and openid; the only way to look an account up.</summary>
    public required byte[] OpenIdHash { get; init; }

    /// <summary>Sealed by <see cref="Privacy.Vault"/>; opened only to send.</summary>
    public required byte[] OpenIdSealed { get; init; }

    /// <summary>Follows the official account now; null when unknown (mini program).</summary>
    public bool? Follows { get; set; }

    /// <summary>Where a visitor counts: the organisation of the last join code used.</summary>
    public int? JoinOrganisationId { get; set; }

    /// <summary>Wrong tries at joining on <see cref="WrongTriesOn"/>; five end the day.</summary>
    public int WrongTries { get; set; }

    /// <summary>The day in China that <see cref="WrongTries"/> counts.</summary>
    public DateOnly? WrongTriesOn { get; set; }

    /// <summary>The message of the last try: a repeat of it does not count again.</summary>
    public string? LastTryKey { get; set; }

    /// <summary>Part of every session: raising it ends them all.</summary>
    public int SessionEpoch { get; set; }

    /// <summary>When <see cref="JoinOrganisationId"/> came about; of a person's accounts the latest decides.</summary>
    public DateTimeOffset? JoinUsedAt { get; set; }

    /// <summary>
    /// When the owner gave a number that fits the roster row, or a secretary decided. Null for a visitor, and for somebody who scanned a
    /// branch's code and gave a name only: that is enough to study, not to make the row nameless.
    /// </summary>
    public DateTimeOffset? ProvenAt { get; set; }

    /// <summary>Since when the owner wants to be reminded of every lesson that is about to close; null for somebody who does not.</summary>
    public DateTimeOffset? WeeklyReminderSince { get; set; }

    /// <summary>Since when the owner wants no reminders any more, until one is asked for again: what a round that began before puts into the outbox is not sent.</summary>
    public DateTimeOffset? NoRemindersSince { get; set; }

    /// <summary>Since when the owner wants no pushes; null for somebody who takes them. Only the owner changes it.</summary>
    public DateTimeOffset? NoPushesSince { get; set; }
}

internal sealed class AccountTable : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> table)
    {
        table.HasIndex(a => a.OpenIdHash).IsUnique();
        table.HasIndex(a => new { a.PersonId, a.AppId }).IsUnique();
        table.HasIndex(a => a.Id).HasFilter("weekly_reminder_since IS NOT NULL").HasDatabaseName("ix_accounts_weekly_reminder");
        table.HasIndex(a => a.JoinOrganisationId).HasFilter("join_organisation_id IS NOT NULL");
        table.HasIndex(a => a.NoPushesSince).HasFilter("no_pushes_since IS NOT NULL").HasDatabaseName("ix_accounts_no_pushes");
        table.HasOne<Person>().WithMany().HasForeignKey(a => a.PersonId).OnDelete(DeleteBehavior.Restrict);
    }
}
