using System.Globalization;

namespace Bot.Core.Calendar;

public enum LineChange
{
    Same,
    Added,
    Removed,
}

public sealed record DifferenceLine(LineChange Change, string Text);

/// <param name="Field">As <see cref="PieceFault.Field"/>.</param>
/// <param name="Lines">Unchanged lines only where they stand beside a changed one.</param>
public sealed record FieldDifference(string Field, IReadOnlyList<DifferenceLine> Lines);

/// <summary>What somebody changed, field by field and line by line.</summary>
public static class PieceDifference
{
    /// <summary>Lines of one field that are compared with each other; of longer ones only the ends that differ.</summary>
    private const int MaxLines = 1500;

    /// <param name="before">Null for a first version: all of it is new.</param>
    /// <returns>Fields that differ, in the order of the form.</returns>
    public static IReadOnlyList<FieldDifference> Between(PieceText? before, PieceText after)
        => [.. Fields(after).Select(f => (f.Field, Before: before is null ? "" : Fields(before).First(b => b.Field == f.Field).Text, After: f.Text))
            .Where(f => f.Before != f.After).Select(f => new FieldDifference(f.Field, Lines(f.Before, f.After)))];

    private static IEnumerable<(string Field, string Text)> Fields(PieceText text)
    {
        yield return ("title", text.Title);
        yield return ("goes-out", Time(text.GoesOutAt));
        yield return ("closes", text.ClosesAt is { } closes ? Time(closes) : "");
        yield return ("season", Number(text.Season));
        yield return ("period", Number(text.Period));
        yield return ("min-seconds", Number(text.MinSeconds));
        yield return ("body", text.Body);
        yield return ("audience", text.Audience is { } audience ? string.Join('\n', audience.Lines()) : "");
        yield return ("cover", text.Cover ?? "");
        yield return ("video", text.Video ?? "");
        yield return ("transcript", text.Transcript ?? "");
        yield return ("questions", string.Join("\n", text.Questions.Select((q, i) => string.Join('\n', [$"{i + 1}. {q.Text}", .. q.Options.Select((o, n) => $"{(n == q.Answer ? "✓" : "·")} {o}"), .. q.Explanation.Length > 0 ? [$"解析：{q.Explanation}"] : Array.Empty<string>()]))));
    }

    /// <summary>Seconds only where a file has written some: a change of them alone is one, too.</summary>
    private static string Time(DateTimeOffset instant) => ChinaTime.Table(instant) + (instant is { Second: 0, Millisecond: 0 } ? "" : instant.ToString(instant.Millisecond == 0 ? "':'ss" : "':'ss.fff", CultureInfo.InvariantCulture));

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static IReadOnlyList<DifferenceLine> Lines(string before, string after)
    {
        var (a, b) = (Split(before), Split(after));
        var head = 0;
        while (head < a.Length && head < b.Length && a[head] == b[head])
        {
            head++;
        }

        var tail = 0;
        while (tail < a.Length - head && tail < b.Length - head && a[^(tail + 1)] == b[^(tail + 1)])
        {
            tail++;
        }

        var middle = Middle(a[head..^tail], b[head..^tail]);
        return [.. a[Math.Max(0, head - 1)..head].Select(Same), .. middle, .. a[^tail..].Take(1).Select(Same)];
    }

    /// <summary>By the longest common subsequence; both without their common beginning and end.</summary>
    private static IReadOnlyList<DifferenceLine> Middle(string[] a, string[] b)
    {
        if (a.Length > MaxLines || b.Length > MaxLines)
        {
            return [.. a.Select(Removed), .. b.Select(Added)];
        }

        var longest = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
            {
                longest[i, j] = a[i] == b[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
            }
        }

        var lines = new List<DifferenceLine>();
        for (var (i, j) = (0, 0); i < a.Length || j < b.Length;)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add(Same(a[i++]));
                j++;
            }
            else if (i < a.Length && (j == b.Length || longest[i + 1, j] >= longest[i, j + 1]))
            {
                lines.Add(Removed(a[i++]));
            }
            else
            {
                lines.Add(Added(b[j++]));
            }
        }

        // Of what stayed, only what helps to find the place.
        return [.. lines.Where((line, i) => line.Change != LineChange.Same || (i > 0 && lines[i - 1].Change != LineChange.Same) || (i + 1 < lines.Count && lines[i + 1].Change != LineChange.Same))];
    }

    private static string[] Split(string text) => text.Length == 0 ? [] : text.Split('\n');

    private static DifferenceLine Same(string text) => new(LineChange.Same, text);

    private static DifferenceLine Added(string text) => new(LineChange.Added, text);

    private static DifferenceLine Removed(string text) => new(LineChange.Removed, text);
}
