using System.Text;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="Path">Names from the top joined by /.</param>
/// <param name="Depth">0 for a root.</param>
/// <param name="End">Index in the snapshot just after the last organisation of this one's subtree.</param>
public sealed record TreeNode(int Id, int? ParentId, string Name, string Path, OrganisationKind Kind, string JoinCode, int Depth, int Index, int End)
{
    /// <summary>The path for a sentence. Names in the middle of a long one give way to an …; its own name always stays.</summary>
    /// <param name="maxBytes">In UTF-8; a single name may go beyond it.</param>
    public string PathWithin(int maxBytes)
    {
        var names = Path.Split('/');
        var shown = Path;
        for (var last = names.Length - 2; last > 0 && Encoding.UTF8.GetByteCount(shown) > maxBytes; last--)
        {
            shown = $"{names[0]}/…/{string.Join('/', names[^last..])}";
        }

        return Encoding.UTF8.GetByteCount(shown) > maxBytes ? "…/" + Name : shown;
    }
}

/// <summary>An organisation that has closed.</summary>
/// <param name="Path">Where it stands in the history: below what it was below when it closed.</param>
/// <param name="MergedIntoId">May have closed, too, since.</param>
public sealed record FormerOrganisation(int Id, int? ParentId, string Name, string Path, string JoinCode, int? MergedIntoId);

/// <summary>The whole tree of open organisations at one moment, in tree order: parents before children, siblings as they were added.</summary>
public sealed class TreeSnapshot
{
    private readonly Dictionary<int, TreeNode> _byId;
    private readonly Dictionary<string, TreeNode> _byPath;
    private readonly Dictionary<string, TreeNode> _byJoinCode;
    private readonly Dictionary<int, FormerOrganisation> _formerById;
    private readonly Dictionary<string, FormerOrganisation> _formerByJoinCode;

    internal TreeSnapshot(IReadOnlyList<TreeNode> nodes, IReadOnlyList<FormerOrganisation> former)
    {
        Nodes = nodes;
        _formerById = former.ToDictionary(f => f.Id);
        _formerByJoinCode = former.ToDictionary(f => f.JoinCode);
        _byId = nodes.ToDictionary(n => n.Id);
        _byJoinCode = nodes.ToDictionary(n => n.JoinCode);
        _byPath = nodes.GroupBy(n => PathKey(n.Path)).ToDictionary(g => g.Key, g => g.First());
    }

    public IReadOnlyList<TreeNode> Nodes { get; }

    public TreeNode? Find(int id) => _byId.GetValueOrDefault(id);

    /// <param name="path">As people write it: width and blanks do not matter.</param>
    public TreeNode? FindByPath(string path) => _byPath.GetValueOrDefault(PathKey(path));

    /// <summary>The code of an organisation that was merged leads to where its people went.</summary>
    /// <param name="code">As <see cref="JoinCodes.Parse"/> returns it.</param>
    public TreeNode? FindByJoinCode(string code)
        => _byJoinCode.TryGetValue(code, out var node) ? node
            : _formerByJoinCode.TryGetValue(code, out var former) && former.MergedIntoId is { } heir ? FindHeir(heir)
            : null;

    /// <summary>True for the code of an organisation that closed and was not merged.</summary>
    public bool IsClosedCode(string code) => _formerByJoinCode.ContainsKey(code) && FindByJoinCode(code) is null;

    public FormerOrganisation? FindFormer(int id) => _formerById.GetValueOrDefault(id);

    /// <summary>Of an open organisation, or of one that has closed.</summary>
    public string? PathOf(int id) => Find(id)?.Path ?? FindFormer(id)?.Path;

    /// <summary>The organisation itself included.</summary>
    public IEnumerable<TreeNode> Subtree(TreeNode top) => Nodes.Skip(top.Index).Take(top.End - top.Index);

    public IEnumerable<TreeNode> Children(TreeNode parent) => Subtree(parent).Where(n => n.ParentId == parent.Id);

    /// <summary>True for itself, too.</summary>
    public bool IsUnder(int id, int topId)
        => _byId.TryGetValue(id, out var node) && _byId.TryGetValue(topId, out var top) && node.Index >= top.Index && node.Index < top.End;

    /// <summary>The organisation itself while it is open; else where it was merged into, or what is left above it.</summary>
    public TreeNode? FindStandIn(int id)
        => FindFormer(id) is not { } former ? Find(id) : (former.MergedIntoId ?? former.ParentId) is { } next ? FindStandIn(next) : null;

    private TreeNode? FindHeir(int id)
        => FindFormer(id) is not { } former ? Find(id) : former.MergedIntoId is { } heir ? FindHeir(heir) : null;

    private static string PathKey(string path) => string.Join('/', path.Split('/').Select(Names.Key));
}

/// <summary>The organisation tree in memory; looks every two seconds whether another process has changed it.</summary>
public sealed class OrganisationTree(IDbContextFactory<BotDb> databases, TimeProvider clock) : IDisposable
{
    internal const string VersionFact = "tree.version";

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Held? _held;

    public ValueTask<TreeSnapshot> AllAsync(CancellationToken ct)
        => _held is { } held && clock.GetUtcNow() - held.At < FreshFor ? new(held.Tree) : new(LoadAsync(ct));

    /// <summary>To be called in the transaction that adds or changes organisations, so that every process sees it.</summary>
    public static Task TouchAsync(BotDb db, CancellationToken ct)
    {
        var version = System.Security.Cryptography.RandomNumberGenerator.GetHexString(16);
        return db.Database.ExecuteSqlAsync(
            $"INSERT INTO installation_facts (name, value) VALUES ({VersionFact}, {version}) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            ct);
    }

    /// <summary>To be called after the commit of a change in this process.</summary>
    public void Forget() => _held = null;

    public void Dispose() => _loading.Dispose();

    private async Task<TreeSnapshot> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            await using var db = await databases.CreateDbContextAsync(ct);
            var version = await db.InstallationFacts.Where(f => f.Name == VersionFact).Select(f => f.Value).FirstOrDefaultAsync(ct);
            var tree = _held is { } held && held.Version == version ? held.Tree : await ReadAsync(db, ct);
            _held = new Held(now, version, tree);
            return tree;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static async Task<TreeSnapshot> ReadAsync(BotDb db, CancellationToken ct)
    {
        var rows = await db.Organisations.AsNoTracking().OrderBy(o => o.Id).ToListAsync(ct);
        var children = rows.Where(o => o.ClosedAt is null).ToLookup(o => o.ParentId);
        var nodes = new List<TreeNode>(rows.Count);
        Add(null, "", 0);
        var byId = rows.ToDictionary(o => o.Id);
        return new TreeSnapshot(nodes, [.. rows.Where(o => o.ClosedAt is not null).Select(o => new FormerOrganisation(o.Id, o.ParentId, o.Name, PathOf(o), o.JoinCode, o.MergedIntoId))]);

        void Add(int? parentId, string prefix, int depth)
        {
            foreach (var row in children[parentId])
            {
                var index = nodes.Count;
                nodes.Add(new TreeNode(row.Id, row.ParentId, row.Name, prefix + row.Name, row.Kind, row.JoinCode, depth, index, 0));
                Add(row.Id, prefix + row.Name + "/", depth + 1);
                nodes[index] = nodes[index] with { End = nodes.Count };
            }
        }

        string PathOf(Organisation row) => row.ParentId is { } parent ? PathOf(byId[parent]) + "/" + row.Name : row.Name;
    }

    private sealed record Held(DateTimeOffset At, string? Version, TreeSnapshot Tree);
}
