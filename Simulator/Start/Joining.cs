using Bot.Core.Roster;

namespace Bot.Simulator.Start;

/// <summary>How to join a branch of the samples.</summary>
/// <param name="Path">Names from the top, joined by <c>/</c>.</param>
/// <param name="Scene">What the branch's QR code carries.</param>
public sealed record Joining(string Path, string Code, string Scene);

/// <summary>The join codes that the phone page offers under 扫一扫; filled once the bot runs.</summary>
public sealed class Joinings
{
    private volatile IReadOnlyList<Joining> _all = [];

    public IReadOnlyList<Joining> All => _all;

    /// <summary>Keeps the ends of the tree: people join a branch, not a county.</summary>
    /// <param name="csv">Output of <c>roster codes</c>: path and code.</param>
    public void Read(string csv)
    {
        var rows = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => new Joining(cells[0], cells[^1], JoinCodes.ScenePrefix + cells[^1]))
            .ToList();
        _all = [.. rows.Where(row => !rows.Exists(other => other.Path.StartsWith(row.Path + "/", StringComparison.Ordinal)))];
    }
}
