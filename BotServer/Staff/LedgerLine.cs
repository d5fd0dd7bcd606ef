using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <summary>A ledger figure as one viewer may see it.</summary>
/// <param name="HidesUnbound">Too few members for a count of single people, or the next-smallest beside such.</param>
/// <param name="HidesYouth">The same for the young people.</param>
internal sealed record LedgerLine(LedgerFigure Figure, bool HidesUnbound, bool HidesYouth)
{
    private const string Nothing = "—";

    /// <summary>From this on, members without an account are a reason to look; 0 to 1.</summary>
    private const double ManyUnbound = 0.5;

    /// <summary>Cut, not rounded; null without a school.</summary>
    public double? CoveragePercent => Cut(Figure.Coverage);

    /// <summary>Null without a member or when hidden.</summary>
    public double? BoundPercent => HidesUnbound ? null : Cut(Figure.BoundShare);

    public string Coverage => CoveragePercent is { } percent ? $"{percent:0.0}%" : Nothing;

    public string Bound => BoundPercent is { } percent ? $"{percent:0.0}%" : Nothing;

    public string Unbound => HidesUnbound ? Nothing : $"{Figure.Unbound:N0}";

    public string Youth => HidesYouth ? Nothing : $"{Figure.Youth:N0}";

    public bool IsHidden => HidesUnbound || HidesYouth;

    /// <summary>How many of a hundred members have no account, where that is a reason to look; else null.</summary>
    public double? ManyUnboundPercent => !HidesUnbound && Figure.BoundShare is { } share && share < 1 - ManyUnbound ? Math.Floor((1 - share) * 100) : null;

    /// <param name="tops">What the viewer answers for.</param>
    public static LedgerLine Of(Ledger ledger, TreeNode node, IReadOnlyList<int> tops)
        => new(ledger.Area(node.Id), ledger.HidesUnbound(node.Id, tops), ledger.HidesYouth(node.Id, tops));

    /// <summary>The organisation itself, without those below it.</summary>
    public static LedgerLine OfOwn(Ledger ledger, TreeNode node, IReadOnlyList<int> tops)
        => new(ledger.Own(node.Id), ledger.HidesOwnUnbound(node, tops), ledger.HidesOwnYouth(node, tops));

    private static double? Cut(double? share) => share is { } value ? Math.Floor((value * 1000) + 1e-9) / 10 : null;
}
