using System.Globalization;
using Bot.Core.Lessons;

namespace Bot.Server.Staff;

/// <summary>Which periods stand side by side: the last 8 or 16, or a season.</summary>
/// <param name="Word">As in addresses: 8, 16, season-9.</param>
internal sealed record StudySpan(string Word, string Name)
{
    private const string SeasonPrefix = "season-";

    /// <summary>What can be chosen; the first is the usual one.</summary>
    /// <param name="periods">All that have opened, latest first.</param>
    public static IReadOnlyList<StudySpan> All(IReadOnlyList<PublishedLesson> periods)
        => [new("8", "最近 8 期"), new("16", "最近 16 期"), .. periods.Select(p => p.Id.Season).Distinct().OrderDescending().Select(s => new StudySpan(WordOf(s), $"第 {s} 季"))];

    /// <returns>Oldest first; those of the usual span for an unknown word.</returns>
    public static IReadOnlyList<PublishedLesson> Periods(string? word, IReadOnlyList<PublishedLesson> periods)
        => [.. (word == "16" ? periods.Take(16)
            : periods.Any(p => WordOf(p.Id.Season) == word) ? periods.Where(p => WordOf(p.Id.Season) == word)
            : periods.Take(8)).Reverse()];

    private static string WordOf(int season) => SeasonPrefix + season.ToString(CultureInfo.InvariantCulture);
}
