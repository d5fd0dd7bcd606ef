namespace Bot.Core.Roster;

/// <summary>What an office can set itself a target for.</summary>
/// <param name="Key">Stable; in addresses and rows.</param>
/// <param name="IsShare">A share of 0 to 1 shown in percent; else a count.</param>
/// <param name="IsCeiling">Done at the target or below; else at the target or above.</param>
/// <param name="Of">Null where there is nothing to measure.</param>
public sealed record LedgerMeasure(string Key, bool IsShare, bool IsCeiling, Func<LedgerFigure, double?> Of)
{
    public static readonly IReadOnlyList<LedgerMeasure> All =
    [
        new("organisations", false, false, f => f.Organisations),
        new("members", false, false, f => f.Members),
        new("youth", false, false, f => f.Youth),
        new("empty", false, true, f => f.Empty),
        new("no-secretary", false, true, f => f.NoSecretary),
        new("secretary-unbound", false, true, f => f.SecretaryUnbound),
        new("schools", true, false, f => f.Coverage),
        new("bound", true, false, f => f.BoundShare),
    ];

    /// <summary>Stored targets of shares are tenths of a percent, 0 to 1000; of counts the count.</summary>
    public bool IsMet(LedgerFigure figure, int target)
    {
        var value = (Of(figure) ?? 0) * (IsShare ? 1000 : 1);
        return IsCeiling ? value <= target : Math.Floor(value + 1e-9) >= target;
    }

    public static LedgerMeasure? Find(string? key) => All.FirstOrDefault(m => m.Key == key);
}
