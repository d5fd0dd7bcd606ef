namespace Bot.Core.Roster;

/// <param name="Line">In the file.</param>
/// <param name="Organisation">Path as the file has it.</param>
/// <param name="Code">Why it is ambiguous, one of <see cref="RosterFaults"/>; empty otherwise.</param>
public sealed record RosterLine(int Line, string Organisation, string Name, string Code);

/// <summary>The first hundred rows of each kind, for whoever decides about an import: it is their own file.</summary>
/// <param name="Organisations">Paths of new ones, as the file has them.</param>
/// <param name="Moved">Those of the changed who come to another organisation.</param>
public sealed record RosterPreview(
    IReadOnlyList<string> Organisations,
    IReadOnlyList<RosterLine> New,
    IReadOnlyList<RosterLine> Changed,
    IReadOnlyList<RosterLine> Moved,
    IReadOnlyList<RosterLine> Unchanged,
    IReadOnlyList<RosterLine> Ambiguous)
{
    public const int MostOfEach = 100;

    internal static async Task<RosterPreview> ReadAsync(
        RosterStage stage, IReadOnlyList<RosterOrganisation> organisations, IEnumerable<RosterOrganisation> added, bool isFaulty, CancellationToken ct)
    {
        if (isFaulty)
        {
            return new RosterPreview([], [], [], [], [], []);
        }

        return new RosterPreview(
            [.. added.Take(MostOfEach).Select(o => o.Path)],
            await LinesAsync("roster_new x", "''"),
            await LinesAsync("roster_changes x", "''"),
            await LinesAsync("(SELECT line FROM roster_changes WHERE moved = 1) x", "''"),
            await LinesAsync("(SELECT f.line FROM roster_found f WHERE NOT EXISTS (SELECT 1 FROM roster_changes c WHERE c.person_id = f.person_id)) x", "''"),
            await LinesAsync("roster_unsure x", "x.code"));

        async Task<IReadOnlyList<RosterLine>> LinesAsync(string from, string code) => await stage.ReadAsync(
            $"SELECT r.line, r.path, r.name, {code} FROM {from} JOIN roster_rows r ON r.line = x.line ORDER BY r.line LIMIT {MostOfEach}",
            row => new RosterLine(row.GetInt32(0), organisations[row.GetInt32(1)].Path, row.GetString(2), row.GetString(3)), ct);
    }
}
