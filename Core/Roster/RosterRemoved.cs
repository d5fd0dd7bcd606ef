using System.Globalization;
using Bot.Core.Data;

namespace Bot.Core.Roster;

/// <summary>A part of <see cref="RosterMatch"/>: rows that speak of somebody who was taken off the roster (<see cref="Removals"/>) wait for a human.</summary>
internal sealed class RosterRemoved(RosterStage stage, string isOpen)
{
    private static readonly string Removed = string.Create(
        CultureInfo.InvariantCulture,
        $"x.state = {(int)TransferState.Removed} AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = x.person_id AND m.until IS NULL AND {Committed.Only("m")})");

    /// <summary>After the steps by number: whoever was found and is on no roster. Of the erased nobody has to be asked: they stay what they are.</summary>
    public async Task ByNumbersAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT DISTINCT f.line, '{RosterColumns.Name}', '{RosterFaults.Removed}'
            FROM transfers x JOIN roster_found f ON f.person_id = x.person_id
            WHERE {Removed} AND f.step <> 3 AND NOT EXISTS (SELECT 1 FROM roster_unsure u WHERE u.line = f.line)
            """,
            ct);
        await stage.ExecuteAsync("DELETE FROM roster_found WHERE line IN (SELECT line FROM roster_unsure)", ct);
    }

    /// <summary>After the step by name, which knows those on the roster alone. A duplicate's row never was another person.</summary>
    public Task ByNamesAsync(CancellationToken ct)
        => stage.ExecuteAsync(
            $"""
            INSERT INTO roster_unsure SELECT DISTINCT r.line, '{RosterColumns.Name}', '{RosterFaults.Removed}'
            FROM transfers x JOIN people p ON p.id = x.person_id JOIN roster_paths t ON t.target = x.from_id JOIN roster_rows r ON r.path = t.path AND r.name_key = p.name_key
            WHERE {Removed} AND x.kind <> {(int)TransferKind.Duplicate} AND {isOpen}
                AND (r.birth_date IS NULL OR p.birth_date IS NULL OR r.birth_date = p.birth_date) AND (r.roster_id IS NULL OR p.roster_id IS NULL)
            """,
            ct);
}
