using System.Data;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Which organisations of a roster file are there, which are new, and which are of another kind than told.</summary>
internal sealed class RosterTree
{
    private readonly Dictionary<RosterOrganisation, int> _ids = [];
    private readonly HashSet<string> _codes;

    private RosterTree(HashSet<string> codes) => _codes = codes;

    /// <summary>Ids; those of <see cref="New"/> are added when they are stored.</summary>
    public IReadOnlyDictionary<RosterOrganisation, int> Known => _ids;

    /// <summary>Parents before children.</summary>
    public List<RosterOrganisation> New { get; } = [];

    public List<(int Id, OrganisationKind Kind)> Changed { get; } = [];

    public bool IsUnchanged => New.Count == 0 && Changed.Count == 0;

    public static async Task<RosterTree> LoadAsync(BotDb db, RosterFile file, CancellationToken ct)
    {
        var stored = await db.Organisations.AsNoTracking().OrderByDescending(o => o.Id).ToListAsync(ct);
        var tree = new RosterTree([.. stored.Select(o => o.JoinCode)]);

        // Two roots of one name are not prevented by the index, which holds no NULLs to be equal: the first one counts.
        var byName = new Dictionary<(int, string), Organisation>();
        stored.FindAll(o => o.ClosedAt is null).ForEach(o => byName[(o.ParentId ?? 0, o.NameKey)] = o);
        foreach (var told in file.Organisations)
        {
            var parent = told.Parent is null ? 0 : tree._ids.GetValueOrDefault(told.Parent, -1);
            if (!byName.TryGetValue((parent, told.NameKey), out var known))
            {
                tree.New.Add(told);
                continue;
            }

            tree._ids.Add(told, known.Id);
            if (told.Kind is { } kind && kind != known.Kind)
            {
                tree.Changed.Add((known.Id, kind));
            }
        }

        return tree;
    }

    public async Task StoreAsync(BotDb db, BatchConnection connection, CancellationToken ct)
    {
        if (IsUnchanged)
        {
            return;
        }

        await OrganisationTree.TouchAsync(db, ct);
        foreach (var (id, kind) in Changed)
        {
            await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.Kind, kind), ct);
        }

        var ids = await BulkInsert.ReserveIdsAsync(connection, "organisations", New.Count, ct);
        await using var organisations = new BulkInsert(connection, "organisations",
            ("id", DbType.Int32), ("parent_id", DbType.Int32),
            ("name", DbType.String), ("name_key", DbType.String), ("kind", DbType.Int32), ("join_code", DbType.String));
        foreach (var told in New)
        {
            var id = ids.Dequeue();
            _ids.Add(told, id);
            await organisations.AddAsync(ct, id, told.Parent is null ? null : _ids[told.Parent], told.Name, told.NameKey, (int)told.KindIfNew, NewCode());
        }

        await organisations.FlushAsync(ct);
        await StoreAncestorsAsync(db, connection, ct);
    }

    private async Task StoreAncestorsAsync(BotDb db, BatchConnection connection, CancellationToken ct)
    {
        await using var ancestors = new BulkInsert(connection, "organisation_ancestors",
            ("organisation_id", DbType.Int32), ("ancestor_id", DbType.Int32), ("distance", DbType.Int32));
        foreach (var told in New)
        {
            var distance = 0;
            for (var above = told; above is not null; above = above.Parent)
            {
                await ancestors.AddAsync(ct, _ids[told], _ids[above], distance++);
            }
        }

        await ancestors.FlushAsync(ct);
    }

    /// <summary>The unique index decides; but of 60,000 codes made at once one in two hundred times two are equal, so they are looked at first.</summary>
    private string NewCode()
    {
        string code;
        do
        {
            code = JoinCodes.New();
        }
        while (!_codes.Add(code));

        return code;
    }
}
