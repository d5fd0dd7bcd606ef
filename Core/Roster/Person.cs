using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>Somebody on a roster, or a nameless follower. Erasing leaves the row without anything that names a person.</summary>
public sealed class Person
{
    public int Id { get; private set; }

    public string? Name { get; set; }

    /// <summary><see cref="Names.Key"/> of the name.</summary>
    public string? NameKey { get; set; }

    public DateOnly? BirthDate { get; set; }

    /// <summary>团员编号, opaque text.</summary>
    public string? MemberNumber { get; set; }

    /// <summary>When somebody gave the number by hand, for imports that are under way; null when a file brought it.</summary>
    public DateTimeOffset? NumberSetAt { get; set; }

    /// <summary>人员标识: the roster owner's stable id, opaque text, unique.</summary>
    public string? RosterId { get; set; }

    /// <summary>Sealed by <see cref="Privacy.Vault"/>; shown only where an export asks for it and logs it.</summary>
    public byte[]? PhoneSealed { get; set; }

    /// <summary>The last four digits, for the check when joining.</summary>
    public string? PhoneLast4 { get; set; }

    public DateTimeOffset? ErasedAt { get; set; }
}

internal sealed class PersonTable : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> table)
    {
        table.HasIndex(p => p.RosterId).IsUnique();
        table.HasIndex(p => p.MemberNumber);
        table.HasIndex(p => p.NumberSetAt).HasFilter("number_set_at IS NOT NULL");
    }
}
