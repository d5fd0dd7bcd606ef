using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Privacy;

/// <summary>
/// By what a roster file called an erased person, as keyed hashes. The next file finds the nameless row by it and leaves it nameless,
/// instead of adding the person anew.
/// </summary>
public sealed class ErasureMark
{
    /// <summary>32 bytes of <see cref="Vault.Mark"/>.</summary>
    public required byte[] Mark { get; init; }

    public required int PersonId { get; init; }

    /// <summary>Of 人员标识 and 团员编号; of name, birth date and organisation only where the roster gave neither.</summary>
    /// <param name="organisationIds">More than one where it may have been another one's people that came there by a merge.</param>
    internal static IEnumerable<byte[]> Of(Vault vault, string? rosterId, string? memberNumber, IEnumerable<int> organisationIds, string? nameKey, DateOnly? birthDate)
    {
        if (rosterId is not null)
        {
            yield return vault.Mark("roster-id", rosterId);
        }

        if (memberNumber is not null)
        {
            yield return vault.Mark("member-number", memberNumber);
        }

        if (rosterId is null && memberNumber is null && nameKey is not null)
        {
            foreach (var id in organisationIds)
            {
                yield return vault.Mark("name", string.Create(null, $"{id}/{nameKey}/{birthDate:O}"));
            }
        }
    }
}

internal sealed class ErasureMarkTable : IEntityTypeConfiguration<ErasureMark>
{
    public void Configure(EntityTypeBuilder<ErasureMark> table)
    {
        table.HasKey(m => new { m.Mark, m.PersonId });
        table.HasOne<Person>().WithMany().HasForeignKey(m => m.PersonId).OnDelete(DeleteBehavior.Cascade);
    }
}
