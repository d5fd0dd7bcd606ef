using System.Globalization;
using Bot.Core.Lessons;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <param name="Before">Of the period before; null where there is none, or where the organisation was not there.</param>
internal sealed record ReportLine(FigureLine Line, FigureLine? Before)
{
    /// <summary>In points of a percent; null where one of the two is hidden or missing.</summary>
    public double? Change => Line.Percent is { } now && Before?.Percent is { } then ? Math.Round(now - then, 1) : null;

    public string ChangeText => Change switch
    {
        null => "—",
        0 => "持平",
        > 0 and var more => string.Create(CultureInfo.InvariantCulture, $"+{more:0.0}"),
        var less => string.Create(CultureInfo.InvariantCulture, $"−{-less:0.0}"),
    };
}

/// <param name="Before">The period that it is held against; null for the first one.</param>
/// <param name="Below">In tree order; as many as were asked for.</param>
/// <param name="Others">How many more there are.</param>
internal sealed record Report(PublishedLesson Lesson, PublishedLesson? Before, FigureSheet Sheet, ReportLine Own, IReadOnlyList<ReportLine> Below, int Others);

/// <summary>What stands in a weekly report: the figures that every page shows, beside those of the period before.</summary>
internal sealed class ReportFigures(FigureSheets sheets, Reports reports)
{
    /// <summary>Periods whose figures are settled, latest first.</summary>
    public async Task<IReadOnlyList<PublishedLesson>> PeriodsAsync(CancellationToken ct)
    {
        var settled = await reports.SettledAsync(ct);
        return [.. (await sheets.PeriodsAsync(ct)).Where(l => settled.Contains(l.RowId)).OrderByDescending(l => l.ClosesAt)];
    }

    public async Task<PublishedLesson?> BeforeAsync(PublishedLesson lesson, CancellationToken ct)
        => (await PeriodsAsync(ct)).FirstOrDefault(l => l.ClosesAt < lesson.ClosesAt);

    /// <param name="period">As in addresses; null for the newest.</param>
    /// <returns>Null where there is no settled figure of it.</returns>
    public async Task<Report?> ReadAsync(Viewer viewer, Seen seen, string? period, int rows, CancellationToken ct)
    {
        var periods = await PeriodsAsync(ct);
        if ((period is null ? periods.FirstOrDefault() : periods.FirstOrDefault(l => l.Id.ToString() == period)) is not { } lesson)
        {
            return null;
        }

        var sheet = await sheets.OfAsync(viewer, seen.Tree, seen.Organisation, lesson, null, rows, ct);
        var before = await BeforeAsync(lesson, ct);
        var earlier = before is null ? null : await sheets.OfAsync(viewer, seen.Tree, seen.Organisation, before, null, int.MaxValue, ct);
        var lines = (earlier?.Lines ?? []).ToLookup(l => l.Organisation?.Id);
        return new Report(
            lesson, before, sheet, new ReportLine(sheet.Own!, earlier is { WasThere: true } ? earlier.Own : null),
            [.. sheet.Lines.Select(l => new ReportLine(l, lines[l.Organisation?.Id].FirstOrDefault()))], sheet.Others);
    }
}
