using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>Everything stored of a person as it shall be.</summary>
internal sealed record PersonState(
    string Name, string NameKey, DateOnly? BirthDate, string? MemberNumber, string? RosterId, byte[]? PhoneSealed, string? PhoneLast4);

/// <summary>What has to be written so that people and memberships are as a roster file says.</summary>
internal sealed class RosterChanges
{
    public List<(RosterRow Row, PersonState State)> Joining { get; } = [];

    public List<(int Id, PersonState State)> Edited { get; } = [];

    /// <summary>Whose current membership, if any, ends and another begins.</summary>
    public List<(int Id, RosterRow Row, Duty? Duty)> Transferred { get; } = [];

    /// <summary>Whose current membership stays, with another duty.</summary>
    public List<(int Id, Duty? Duty)> Appointed { get; } = [];

    public int Changed { get; private set; }

    public int Unchanged { get; private set; }

    public int Moved { get; private set; }

    /// <summary>Rows that speak of somebody whose data were deleted.</summary>
    public int Erased { get; private set; }

    public bool IsEmpty => Joining.Count == 0 && Changed == 0;

    public static RosterChanges Between(RosterFile file, RosterMatch match, RosterTree tree, Vault vault)
    {
        var changes = new RosterChanges();
        foreach (var row in file.Rows)
        {
            if (match[row] is { } known)
            {
                changes.Compare(row, known, tree.Known.TryGetValue(row.Organisation, out var id) ? id : null, file.SaysDuties, vault);
            }
            else
            {
                var phone = row.Phone is null ? null : vault.Seal(row.Phone);
                changes.Joining.Add((row, new PersonState(row.Name, row.NameKey, row.BirthDate, row.MemberNumber, row.RosterId, phone, Last4(row.Phone))));
            }
        }

        return changes;
    }

    /// <summary>An empty cell leaves what is stored; only an empty 职务 takes it away.</summary>
    private void Compare(RosterRow row, KnownPerson known, int? organisationId, bool saysDuties, Vault vault)
    {
        var stored = known.PhoneSealed is null ? null : vault.Open(known.PhoneSealed);
        var phone = row.Phone ?? stored;
        var edited = !known.IsErased && (row.Name != known.Name
            || (row.BirthDate ?? known.BirthDate) != known.BirthDate
            || (row.MemberNumber ?? known.MemberNumber) != known.MemberNumber
            || (row.RosterId ?? known.RosterId) != known.RosterId
            || phone != stored);
        if (edited)
        {
            var sealedPhone = phone == stored ? known.PhoneSealed : vault.Seal(phone!);
            Edited.Add((known.Id, new PersonState(
                row.Name, row.NameKey, row.BirthDate ?? known.BirthDate, row.MemberNumber ?? known.MemberNumber, row.RosterId ?? known.RosterId, sealedPhone, Last4(phone))));
        }

        var duty = known.IsErased ? null : saysDuties ? row.Duty : known.Duty;
        var moved = organisationId is null || organisationId != known.OrganisationId;
        var transferred = moved || row.Category != known.Category;
        if (transferred)
        {
            Transferred.Add((known.Id, row, duty));
        }
        else if (duty != known.Duty)
        {
            Appointed.Add((known.Id, duty));
        }

        Moved += moved ? 1 : 0;
        Erased += known.IsErased ? 1 : 0;
        if (edited || transferred || duty != known.Duty)
        {
            Changed++;
        }
        else
        {
            Unchanged++;
        }
    }

    private static string? Last4(string? phone) => phone?[^4..];
}
