using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Which organisations of a roster file are there – by name or by another name – which are new, and which are of another kind than told.
/// </summary>
internal sealed class RosterTree
{
    private readonly Dictionary<(int Parent, string NameKey), int> _byName = [];
    private readonly Dictionary<int, OrganisationKind> _kinds = [];
    private readonly Dictionary<int, int> _found = [];
    private readonly HashSet<string> _codes = [];
    private readonly List<int> _targets = [];
    private readonly Dictionary<int, RosterOrganisation> _toldBy = [];

    private RosterTree()
    {
    }

    /// <summary>For each organisation of the file: the id of the stored one; for a new one, which has no id yet, -1 minus its index.</summary>
    public IReadOnlyList<int> Targets => _targets;

    /// <summary>Parents before children.</summary>
    public List<RosterOrganisation> New { get; } = [];

    public List<(int Id, OrganisationKind Kind)> Changed { get; } = [];

    /// <summary>Two paths of the file mean one organisation, which only other names bring about.</summary>
    public bool HasTwoWays { get; private set; }

    /// <summary>The first import of an installation makes the root under which visitors have counted nowhere until now.</summary>
    public bool HasNoRoot { get; private set; }

    public bool IsUnchanged => New.Count == 0 && Changed.Count == 0;

    /// <summary>The stored ones, by name; a file's follow with <see cref="Place(IReadOnlyList{RosterOrganisation}, RosterFaultList)"/>.</summary>
    public static async Task<RosterTree> LoadAsync(BotDb db, CancellationToken ct)
    {
        var tree = new RosterTree();
        var organisations = await db.ReadRowsAsync(
            $"SELECT o.id, COALESCE(o.parent_id, 0), o.name_key, o.kind, o.join_code, CASE WHEN o.closed_at IS NULL THEN 1 ELSE 0 END FROM organisations o WHERE {Committed.Only("o")} ORDER BY o.id DESC",
            row => (Id: row.GetInt32(0), Parent: row.GetInt32(1), NameKey: row.GetString(2), Kind: (OrganisationKind)row.GetInt32(3), JoinCode: row.GetString(4), IsOpen: row.GetInt32(5) == 1), ct);
        var open = organisations.Where(o => o.IsOpen).Select(o => o.Id).ToHashSet();
        foreach (var alias in (await db.OrganisationAliases.AsNoTracking().ToListAsync(ct)).Where(a => open.Contains(a.OrganisationId)))
        {
            tree._byName[(alias.ParentId ?? 0, alias.NameKey)] = alias.OrganisationId;
        }

        // The own name comes before other ones; of two roots of one name, which the index does not prevent, the first counts.
        foreach (var stored in organisations)
        {
            tree._codes.Add(stored.JoinCode); // of those that have closed, too: their codes still lead somewhere
            if (stored.IsOpen)
            {
                tree._byName[(stored.Parent, stored.NameKey)] = stored.Id;
                tree._kinds.Add(stored.Id, stored.Kind);
            }
        }

        tree.HasNoRoot = tree._kinds.Count == 0;
        return tree;
    }

    /// <param name="file">All that it mentions, parents before their children; once.</param>
    public void Place(IReadOnlyList<RosterOrganisation> file, RosterFaultList faults)
    {
        foreach (var told in file)
        {
            Place(told, faults);
        }
    }

    /// <summary>The stored organisation that a file means, while not all of the file has been read; 0 for none.</summary>
    public int Find(RosterOrganisation told)
    {
        if (!_found.TryGetValue(told.Index, out var id))
        {
            var parent = told.Parent is null ? 0 : Find(told.Parent);
            id = told.Parent is not null && parent == 0 ? 0 : _byName.GetValueOrDefault((parent, told.NameKey));
            _found.Add(told.Index, id);
        }

        return id;
    }

    /// <summary>The unique index decides; but of 60,000 codes made at once one in two hundred times two are equal, so they are looked at first.</summary>
    public string NewCode()
    {
        string code;
        do
        {
            code = JoinCodes.New();
        }
        while (!_codes.Add(code));

        return code;
    }

    private void Place(RosterOrganisation told, RosterFaultList faults)
    {
        var parent = Above(told);
        if (!_byName.TryGetValue((parent, told.NameKey), out var target))
        {
            target = -1 - told.Index;
            _byName.Add((parent, told.NameKey), target);
            New.Add(told);
            if (IsLoop(told))
            {
                faults.Add(new RosterFault(told.Line, RosterColumns.Path, RosterFaults.Loop, ("name", told.Name)));
            }
        }

        _targets.Add(target);
        if (!_toldBy.TryAdd(target, told))
        {
            HasTwoWays = true;
            Merge(_toldBy[target], told, faults);
            if (Above(_toldBy[target]) != parent)
            {
                faults.Add(new RosterFault(told.Line, RosterColumns.Path, RosterFaults.TwoParents, ("line", Text(_toldBy[target].Line)), ("path", _toldBy[target].Path)));
            }
        }
        else if (told.Kind is { } kind && _kinds.TryGetValue(target, out var stored) && kind != stored)
        {
            Changed.Add((target, kind));
        }
    }

    private int Above(RosterOrganisation told) => told.Parent is null ? 0 : _targets[told.Parent.Index];

    /// <summary>Comes back to a name that stands above it. What is stored so, because somebody named it so, stays.</summary>
    private static bool IsLoop(RosterOrganisation told)
    {
        for (var above = told.Parent; above is not null; above = above.Parent)
        {
            if (above.NameKey == told.NameKey)
            {
                return true;
            }
        }

        return false;
    }

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static void Merge(RosterOrganisation first, RosterOrganisation second, RosterFaultList faults)
    {
        if (second.Kind is { } kind && first.Kind is { } known && kind != known)
        {
            faults.Add(new RosterFault(
                second.KindLine, RosterColumns.Kind, RosterFaults.TwoKinds,
                ("line", Text(first.KindLine)), ("kind", known.Word())));
        }
    }
}
