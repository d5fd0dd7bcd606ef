using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Bot.Core.Lessons;

/// <summary>Season and period as in paths, such as <c>9-2</c>.</summary>
public readonly record struct LessonId(int Season, int Period) : IParsable<LessonId>
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Season}-{Period}");

    public static LessonId Parse(string s, IFormatProvider? provider)
        => TryParse(s, provider, out var id) ? id : throw new FormatException("A lesson id looks like 9-2.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LessonId result)
    {
        result = default;
        var dash = s?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        if (dash <= 0
            || !int.TryParse(s.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var season)
            || !int.TryParse(s.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var period))
        {
            return false;
        }

        // One lesson, one address: 09-2 is none.
        var id = new LessonId(season, period);
        if (id.ToString() != s)
        {
            return false;
        }

        result = id;
        return true;
    }
}
