using Bot.Core.Lessons;

namespace Bot.Server.Calendar;

/// <summary>Counts of the parts of one group of people, of which none tells about a few.</summary>
internal static class FoldedCounts
{
    public static bool IsSmall(int count) => count is > 0 and < HiddenFigures.SmallestShown;

    public static string Say(int count) => IsSmall(count) ? "—" : count.ToString("N0");

    /// <summary>
    /// Parts of fewer than five become one, with the next smallest where they are too few even together: nobody can work them out from the others
    /// and the sum.
    /// </summary>
    /// <param name="rest">What the joined part is called.</param>
    /// <returns>In the given order, the joined one last, without those of nobody; none where all of it are too few.</returns>
    public static IReadOnlyList<(string Name, int Count)> Of(IEnumerable<(string Name, int Count)> parts, string rest)
    {
        var some = parts.Where(p => p.Count > 0).ToList();
        var (joined, sum) = (new HashSet<string>(), 0);
        foreach (var (name, count) in some.OrderBy(p => p.Count).TakeWhile(p => IsSmall(p.Count) || IsSmall(sum)))
        {
            joined.Add(name);
            sum += count;
        }

        return IsSmall(sum) ? [] : [.. some.Where(p => !joined.Contains(p.Name)), .. sum > 0 ? [(rest, sum)] : Array.Empty<(string, int)>()];
    }
}
