using System.Data.Common;
using System.Text.Json;
using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>A person as stored, with the current membership.</summary>
/// <param name="IsErased">At the own wish: the row moves with the roster but gets no name again.</param>
internal sealed record KnownPerson(
    int Id,
    string? Name,
    string? NameKey,
    DateOnly? BirthDate,
    string? MemberNumber,
    string? RosterId,
    byte[]? PhoneSealed,
    int? OrganisationId,
    PersonCategory? Category,
    Duty? Duty,
    bool IsErased);

/// <summary>
/// Finds for every row of a roster file the person it speaks of: by 人员标识, else 团员编号, else name, birth date and organisation; an
/// erased person by the marks of these.
/// Where that leaves a doubt the row is a fault: two people are never merged, nor one person doubled, on a guess.
/// </summary>
internal sealed class RosterMatch(
    BatchConnection connection, RosterFile file, IReadOnlyDictionary<RosterOrganisation, int> organisations, Vault vault)
{
    private const int Chunk = 5000;
    private const string Columns =
        "p.id, p.name, p.name_key, p.birth_date, p.member_number, p.roster_id, p.phone_sealed, m.organisation_id, m.category, m.duty, p.erased_at";

    private readonly Dictionary<RosterRow, KnownPerson> _found = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<int, int> _lineOfPerson = [];

    public List<RosterFault> Faults { get; } = [];

    /// <summary>Null for somebody new.</summary>
    public KnownPerson? this[RosterRow row] => _found.GetValueOrDefault(row);

    public async Task RunAsync(CancellationToken ct)
    {
        await ByNumbersAsync(ct);
        await ByMarksAsync(ct);
        await ByNamesAsync(ct);
        Faults.Sort((a, b) => a.Line.CompareTo(b.Line));
    }

    private async Task ByNumbersAsync(CancellationToken ct)
    {
        var byId = (await LoadAsync("roster_id", file.Rows.Select(r => r.RosterId), ct)).ToDictionary(p => p.RosterId!);
        var byNumber = (await LoadAsync("member_number", file.Rows.Select(r => r.MemberNumber), ct)).ToLookup(p => p.MemberNumber!);
        foreach (var row in file.Rows)
        {
            var holders = row.MemberNumber is null ? [] : byNumber[row.MemberNumber].ToList();
            if (row.RosterId is not null && byId.TryGetValue(row.RosterId, out var person))
            {
                if (holders.Exists(h => h.Id != person.Id))
                {
                    Fault(row, RosterColumns.MemberNumber, RosterFaults.NumberOfAnother);
                    continue;
                }

                Claim(row, person);
            }
            else if (holders.Count > 1)
            {
                Fault(row, RosterColumns.MemberNumber, RosterFaults.SeveralFit);
            }
            else if (holders is [var holder])
            {
                // A number whose holder has another stable id, or neither this name nor this birth date, was mistyped somewhere.
                if ((row.RosterId is not null && holder.RosterId is not null)
                    || (holder.NameKey != row.NameKey && (row.BirthDate is null || holder.BirthDate != row.BirthDate)))
                {
                    Fault(row, RosterColumns.MemberNumber, RosterFaults.NumberOfAnother);
                    continue;
                }

                Claim(row, holder);
            }
        }
    }

    private async Task ByMarksAsync(CancellationToken ct)
    {
        var marked = await LoadMarkedAsync(ct);
        if (marked.Count == 0)
        {
            return;
        }

        var faulty = Faults.Select(f => f.Line).ToHashSet();
        foreach (var row in file.Rows.Where(r => !_found.ContainsKey(r) && !faulty.Contains(r.Line)))
        {
            int? organisation = organisations.TryGetValue(row.Organisation, out var id) ? id : null;
            var people = ErasureMark.Of(vault, row.RosterId, row.MemberNumber, organisation, row.NameKey, row.BirthDate)
                .SelectMany(mark => marked[Convert.ToHexString(mark)]).DistinctBy(p => p.Id).ToList();
            if (people is [var person])
            {
                Claim(row, person);
            }
            else if (people.Count > 1)
            {
                Fault(row, "", RosterFaults.SeveralFit);
            }
        }
    }

    /// <summary>Those who were erased, and those of them who came back since and have their marks still.</summary>
    private async Task<ILookup<string, KnownPerson>> LoadMarkedAsync(CancellationToken ct)
    {
        await using var command = connection.Command(
            $"SELECT {Columns}, e.mark FROM erasure_marks e JOIN people p ON p.id = e.person_id LEFT JOIN memberships m ON m.person_id = p.id AND m.until IS NULL");
        await using var reader = await command.ExecuteReaderAsync(ct);
        var found = new List<(string Mark, KnownPerson Person)>();
        while (await reader.ReadAsync(ct))
        {
            found.Add((Convert.ToHexString(reader.GetFieldValue<byte[]>(11)), Read(reader)));
        }

        return found.ToLookup(f => f.Mark, f => f.Person);
    }

    private async Task ByNamesAsync(CancellationToken ct)
    {
        var faulty = Faults.Select(f => f.Line).ToHashSet();
        var open = file.Rows.Where(r => !_found.ContainsKey(r) && !faulty.Contains(r.Line) && organisations.ContainsKey(r.Organisation)).ToList();
        var namesakes = (await LoadAsync("name_key", open.Select(r => r.NameKey), ct))
            .Where(p => p.OrganisationId is not null && !_lineOfPerson.ContainsKey(p.Id))
            .ToLookup(p => (p.OrganisationId!.Value, p.NameKey!));

        var wanted = new Dictionary<int, List<RosterRow>>();
        var rest = new List<(RosterRow Row, List<KnownPerson> Namesakes)>();
        foreach (var row in open)
        {
            // Two different stable ids are two people.
            var mayBe = namesakes[(organisations[row.Organisation], row.NameKey)].Where(p => row.RosterId is null || p.RosterId is null).ToList();
            var same = mayBe.Where(p => p.BirthDate == row.BirthDate).ToList();
            if (same.Count > 1)
            {
                Fault(row, RosterColumns.Name, RosterFaults.SeveralFit);
            }
            else if (same is not [var person])
            {
                rest.Add((row, mayBe));
            }
            else if (row.MemberNumber is not null && person.MemberNumber is not null)
            {
                Fault(row, RosterColumns.MemberNumber, RosterFaults.PerhapsKnown);
            }
            else if (!wanted.TryAdd(person.Id, [row]))
            {
                wanted[person.Id].Add(row);
            }
            else
            {
                _found.Add(row, person);
            }
        }

        foreach (var rows in wanted.Values.Where(rows => rows.Count > 1))
        {
            rows.ForEach(row => Fault(row, RosterColumns.Name, RosterFaults.SeveralFit));
        }

        // A namesake of whom one of the two birth dates is not known may be the same person or not.
        foreach (var (row, mayBe) in rest.Where(r => r.Namesakes.Exists(p => !wanted.ContainsKey(p.Id) && (p.BirthDate is null || r.Row.BirthDate is null))))
        {
            Fault(row, RosterColumns.BirthDate, RosterFaults.PerhapsKnown);
        }
    }

    private void Claim(RosterRow row, KnownPerson person)
    {
        if (_lineOfPerson.TryAdd(person.Id, row.Line))
        {
            _found.Add(row, person);
            return;
        }

        Fault(row, "", RosterFaults.SamePerson, ("line", _lineOfPerson[person.Id].ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>The people who have one of the keys in a column, five thousand keys a statement.</summary>
    private async Task<List<KnownPerson>> LoadAsync(string column, IEnumerable<string?> keys, CancellationToken ct)
    {
        var found = new List<KnownPerson>();
        foreach (var chunk in keys.OfType<string>().Distinct().Chunk(Chunk))
        {
            // CROSS JOIN keeps SQLite from walking through all people for a few keys.
            await using var command = connection.Command(
                $"""
                SELECT {Columns}
                FROM {connection.Rows(("key", "text"))} CROSS JOIN people p LEFT JOIN memberships m ON m.person_id = p.id AND m.until IS NULL
                WHERE p.{column} = r.key
                """,
                ("@rows", JsonSerializer.Serialize(chunk.Select(key => new { key }))));
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                found.Add(Read(reader));
            }
        }

        return found;
    }

    private static KnownPerson Read(DbDataReader reader)
    {
        return new KnownPerson(
            reader.GetInt32(0), Text(1), Text(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3), Text(4), Text(5),
            reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6), Number(7), (PersonCategory?)Number(8), (Duty?)Number(9),
            !reader.IsDBNull(10));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        int? Number(int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
    }

    private void Fault(RosterRow row, string column, string code, params (string Name, string Value)[] values)
        => Faults.Add(new RosterFault(row.Line, column, code, values));
}
