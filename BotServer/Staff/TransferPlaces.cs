using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <summary>Where somebody could go, as somebody types it: a join code, a path, or part of a name.</summary>
/// <param name="Found">In tree order; at most <see cref="Most"/>.</param>
internal sealed record TransferPlaces(IReadOnlyList<TreeNode> Found, bool AreMore)
{
    public const int Most = 20;

    /// <param name="except">Not offered: where they are.</param>
    public static TransferPlaces Find(TreeSnapshot tree, string typed, int except)
    {
        var exact = (JoinCodes.Parse(typed) is { } code ? tree.FindByJoinCode(code) : null) ?? tree.FindByPath(typed.Trim().Replace('／', '/'));
        if (exact is not null)
        {
            return new TransferPlaces(exact.Id == except ? [] : [exact], false);
        }

        var key = string.Join('/', typed.Replace('／', '/').Split('/').Select(Names.Key));
        var last = key[(key.LastIndexOf('/') + 1)..];
        if (last.Length == 0)
        {
            return new TransferPlaces([], false);
        }

        // The cheap look first: of 60,000 paths hardly any has the name.
        var found = tree.Nodes.Where(n => n.Id != except && Names.Key(n.Name).Contains(last, StringComparison.Ordinal)
            && (last.Length == key.Length || string.Join('/', n.Path.Split('/').Select(Names.Key)).Contains(key, StringComparison.Ordinal))).Take(Most + 1).ToList();

        // Who writes the whole name means it.
        var whole = found.FindAll(n => Names.Key(n.Name) == last);
        return whole is [var only] && found.Count <= Most ? new TransferPlaces([only], false) : new TransferPlaces([.. found.Take(Most)], found.Count > Most);
    }
}

/// <summary>The part of a form that asks for an organisation, and the answer so far.</summary>
/// <param name="Typed">What was searched for.</param>
/// <param name="Chosen">Null until one is chosen.</param>
internal sealed record PlaceAsked(string Label, string Help, string? Typed, TransferPlaces? Places, int? Chosen, string? Problem);
