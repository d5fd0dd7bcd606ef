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

    /// <param name="csv">Output of <c>roster codes</c>: path and code.</param>
    public void Read(string csv)
        => _all = [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Skip(1)
            .Select(line => line.Split(','))
            .Where(cells => cells.Length >= 2)
            .Select(cells => new Joining(cells[0], cells[1], Core.Roster.JoinCodes.ScenePrefix + cells[1]))];
}
