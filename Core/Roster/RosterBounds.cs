using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>The subtrees that an import must stay in: those of whoever orders it.</summary>
internal sealed class RosterBounds
{
    private readonly HashSet<int> _inside;
    private readonly string _tops;

    private RosterBounds(IReadOnlyCollection<int> tops, HashSet<int> inside) => (_tops, _inside) = (string.Join(',', tops.Append(0)), inside); // 0 is nobody's id

    /// <returns>Null for no limit.</returns>
    public static async Task<RosterBounds?> OfAsync(IDbContextFactory<BotDb> databases, IReadOnlyCollection<int>? tops, CancellationToken ct)
    {
        if (tops is null)
        {
            return null;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return new RosterBounds(tops, [.. await db.OrganisationAncestors.Where(a => tops.Contains(a.AncestorId)).Select(a => a.OrganisationId).ToListAsync(ct)]);
    }

    /// <summary>True when there is nobody outside, though new roots may not be made.</summary>
    public static async Task<bool> HoldEverybodyAsync(RosterStage stage, IReadOnlyCollection<int>? tops, CancellationToken ct)
        => tops is null || await stage.NumberAsync(
            $"SELECT 1 FROM organisations o WHERE o.parent_id IS NULL AND {Committed.Only("o")} AND o.id NOT IN ({string.Join(',', tops.Append(0))}) LIMIT 1", ct) == 0;

    /// <summary>A stored organisation inside, or a new one below such.</summary>
    public bool Allows(RosterOrganisation told, RosterTree tree)
    {
        for (RosterOrganisation? at = told; at is not null; at = at.Parent)
        {
            if (tree.Targets[at.Index] is > 0 and var stored)
            {
                return _inside.Contains(stored);
            }
        }

        return false;
    }

    /// <summary>Rows of organisations outside are faults; so are organisations that would be added there, or be of another kind.</summary>
    public async Task CheckRowsAsync(RosterStage stage, RosterTree tree, IReadOnlyList<RosterOrganisation> file, RosterFaultList faults, CancellationToken ct)
    {
        var changed = tree.Changed.Select(c => c.Id).ToHashSet();
        var lines = file.Where(o => o.KindLine > 0 && !Allows(o, tree) && tree.Targets[o.Index] is var target && (target < 0 || changed.Contains(target)))
            .Select(o => o.KindLine).ToHashSet();
        await stage.EachAsync("SELECT r.line FROM roster_rows r JOIN roster_paths t ON t.path = r.path WHERE t.allowed = 0 ORDER BY r.line", row => Fault(row.GetInt32(0)), ct);
        lines.Order().ToList().ForEach(Fault);

        void Fault(int line)
        {
            lines.Remove(line);
            faults.Add(new RosterFault(line, RosterColumns.Path, RosterFaults.Outside));
        }
    }

    /// <summary>Nobody is taken out of an organisation outside, nor changed there, by whoever knows a number.</summary>
    public Task CheckPeopleAsync(RosterStage stage, RosterFaultList faults, CancellationToken ct) => stage.EachAsync(
        $"""
        SELECT f.line, f.step FROM roster_found f CROSS JOIN memberships m
        WHERE m.person_id = f.person_id AND m.until IS NULL AND {Committed.Only("m")}
            AND NOT EXISTS (SELECT 1 FROM organisation_ancestors a WHERE a.organisation_id = m.organisation_id AND a.ancestor_id IN ({_tops}))
        ORDER BY f.line
        """,
        row => faults.Add(new RosterFault(row.GetInt32(0), row.GetInt32(1) switch { 1 => RosterColumns.RosterId, 2 => RosterColumns.MemberNumber, _ => "" }, RosterFaults.Elsewhere)), ct);
}
