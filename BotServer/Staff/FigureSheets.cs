using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <param name="Organisation">Null for the people whom an organisation has itself, beside those of the organisations below it.</param>
/// <param name="IsHidden">Seen from above, the figure would tell about single people; see <see cref="HiddenFigures"/>.</param>
/// <param name="IsWithin">The viewer can go there: it may hang elsewhere by now, or be gone.</param>
internal sealed record FigureLine(TreeNode? Organisation, Figure Figure, Starts Starts, bool IsHidden, bool IsWithin = true)
{
    private const string Nothing = "—";

    /// <summary>Those who are expected to study; null when hidden.</summary>
    public int? Expected => IsHidden ? null : Figure.Members - Figure.Exempt;

    /// <summary>Cut, not rounded: 100.0 only when everybody has. Null when hidden, or when nobody is expected to.</summary>
    public double? Percent => IsHidden ? null : PercentOf(Figure);

    public string Rate => Percent is { } percent ? $"{percent:0.0}%" : Nothing;

    public string ExpectedText => IsHidden ? Nothing : $"{Expected:N0}";

    public string Exempt => IsHidden ? Nothing : $"{Figure.Exempt:N0}";

    public string Completed => IsHidden ? Nothing : $"{Figure.Completed:N0}";

    public string Late => IsHidden ? Nothing : $"{Figure.Late:N0}";

    public string Visitors => IsHidden ? Nothing : $"{Figure.Visitors:N0}";

    /// <summary>Too few people for a figure, not hidden beside such.</summary>
    public bool IsSmall => HiddenFigures.IsSmall(Figure);

    public bool IsAboveBranches => Starts.Branches > 0 && Organisation is { } node && node.End > node.Index + 1;

    private static double? PercentOf(Figure figure) => figure.Rate is { } rate ? Math.Floor(rate * 1000) / 10 : null;
}

/// <param name="Own">Null where several organisations stand side by side.</param>
/// <param name="Others">How many more lines there are.</param>
/// <param name="Settled">When and from what the figures were frozen; null before.</param>
/// <param name="Adjusted">Entries that correct the organisation or what was below it in that week, latest first.</param>
/// <param name="WasThere">False when the organisation is newer than the lesson's closing.</param>
/// <param name="Shape">Stays the same while figures move; another one when rows come, go or are hidden, or the week closes. The same on every node.</param>
internal sealed record FigureSheet(
    DateTimeOffset At,
    FigureLine? Own,
    IReadOnlyList<FigureLine> Lines,
    int Others,
    Freeze? Settled,
    IReadOnlyList<FigureAdjustment> Adjusted,
    bool WasThere = true,
    bool IsBranch = false,
    string Shape = "");

/// <summary>One period in the chart.</summary>
internal sealed record FigurePoint(PublishedLesson Lesson, FigureLine Line);

/// <summary>Figures as the console shows them: in tree order, counts only, nothing about groups so small that a count would name somebody.</summary>
internal sealed class FigureSheets(FigureBoard board, PastFigures past, LessonShelf shelf, LessonPlan plan, TimeProvider clock)
{
    public const int RowStep = 20;

    /// <summary>The one that is shown, and the eight before it.</summary>
    public const int PeriodsInChart = 9;

    /// <summary>Those that have opened, latest first.</summary>
    public async Task<IReadOnlyList<PublishedLesson>> PeriodsAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return [.. (await shelf.AllAsync(ct)).Where(l => l.OpensAt <= now).OrderByDescending(l => l.OpensAt).ThenByDescending(l => l.Id.Season).ThenByDescending(l => l.Id.Period)];
    }

    /// <param name="period">As in addresses, such as 9-2; null for the open one, else the latest.</param>
    /// <returns>Null when nothing has opened yet.</returns>
    public async Task<Result<PublishedLesson?>> LessonAsync(string? period, CancellationToken ct)
    {
        var periods = await PeriodsAsync(ct);
        if (period is not null)
        {
            return LessonId.TryParse(period, null, out var id) && periods.FirstOrDefault(l => l.Id == id) is { } asked ? asked : Attempts.NotFound;
        }

        return (await plan.CurrentAsync(ct)).IsRefused(out _, out var open) ? periods.Count > 0 ? periods[0] : default(PublishedLesson) : open;
    }

    /// <summary>An organisation's own line and those below it, or everything below it that a word finds; of a closed lesson as the tree was then.</summary>
    /// <param name="tree">Of now.</param>
    public async Task<FigureSheet> OfAsync(Viewer viewer, TreeSnapshot tree, TreeNode organisation, PublishedLesson lesson, string? word, int rows, CancellationToken ct)
    {
        var figures = await board.ReadAsync(lesson, ct);
        var then = figures.Period.Tree;
        if (then.Find(organisation.Id) is not { } place)
        {
            return new FigureSheet(figures.At, Line(viewer, figures, tree, organisation), [], 0, figures.Period.Freeze, [], WasThere: false, IsBranch: organisation.End == organisation.Index + 1);
        }

        var children = then.Children(place).ToList();
        var found = word is null ? children : [.. then.Subtree(place).Where(n => n.Id != place.Id && Names.Key(n.Name).Contains(Names.Key(word), StringComparison.Ordinal))];
        var lines = found.Take(rows).Select(n => Line(viewer, figures, tree, n)).ToList();
        var own = Line(viewer, figures, tree, place);
        var all = children.Select(n => Line(viewer, figures, tree, n)).Prepend(own);
        if (children.Count > 0 && Rest(viewer, figures, place, children) is { } rest)
        {
            all = all.Append(rest);
            if (word is null)
            {
                lines.Insert(0, rest);
            }
        }

        var adjusted = figures.Period.Adjustments.Where(a => IsUnder(a.FromOrganisationId) || IsUnder(a.ToOrganisationId)).Reverse().ToList();
        return new FigureSheet(
            figures.At, own, lines, Math.Max(0, found.Count - rows), figures.Period.Freeze, adjusted,
            IsBranch: place.End == place.Index + 1, Shape: Shape(figures, lesson, adjusted.Count, all));

        bool IsUnder(int? id) => id is { } at && then.IsUnder(at, place.Id);
    }

    /// <summary>For somebody who answers for several subtrees.</summary>
    /// <param name="tree">Of now, as <paramref name="tops"/>.</param>
    public async Task<FigureSheet> OfAsync(Viewer viewer, TreeSnapshot tree, IReadOnlyList<TreeNode> tops, PublishedLesson lesson, CancellationToken ct)
    {
        var figures = await board.ReadAsync(lesson, ct);
        var lines = tops.Select(n => Line(viewer, figures, tree, n)).ToList();
        return new FigureSheet(figures.At, null, lines, 0, figures.Period.Freeze, [], Shape: Shape(figures, lesson, 0, lines));
    }

    /// <summary>The whole subtree, for a file.</summary>
    /// <param name="tree">Of now.</param>
    public async Task<IEnumerable<FigureLine>> AllAsync(Viewer viewer, TreeSnapshot tree, TreeNode organisation, PublishedLesson lesson, CancellationToken ct)
    {
        var figures = await board.ReadAsync(lesson, ct);
        var then = figures.Period.Tree;
        return then.Find(organisation.Id) is { } place ? then.Subtree(place).Select(n => Line(viewer, figures, tree, n)) : [];
    }

    /// <summary>How many adjustments the figures of a closed lesson hold, by organisation with all below it.</summary>
    public async Task<IReadOnlyDictionary<int, int>> AdjustedAsync(PublishedLesson lesson, CancellationToken ct) => (await board.ReadAsync(lesson, ct)).Period.Adjusted();

    /// <summary>Branches of a subtree where nobody has studied, in tree order; those whose figures are hidden are left out.</summary>
    /// <param name="tree">Of now.</param>
    public async Task<(DateTimeOffset At, IReadOnlyList<TreeNode> Branches)> NotStartedAsync(
        Viewer viewer, TreeSnapshot tree, TreeNode organisation, PublishedLesson lesson, CancellationToken ct)
    {
        var figures = await board.ReadAsync(lesson, ct);
        var then = figures.Period.Tree;
        return (figures.At, then.Find(organisation.Id) is not { } place ? []
            : [.. then.Subtree(place).Where(n => n.End == n.Index + 1 && figures.Starts.GetValueOrDefault(n.Id).NotStarted > 0 && Line(viewer, figures, tree, n) is { IsHidden: false, IsWithin: true })]);
    }

    /// <summary>A period and the eight before it, oldest first.</summary>
    public async Task<IReadOnlyList<FigurePoint>> HistoryAsync(Viewer viewer, TreeNode organisation, PublishedLesson lesson, CancellationToken ct)
    {
        var lessons = (await PeriodsAsync(ct)).SkipWhile(l => l.Id != lesson.Id).Take(PeriodsInChart).Reverse().ToList();
        var figures = await past.OfAsync(organisation.Id, viewer.Tops, lessons, ct);
        return [.. lessons.Zip(figures, (l, f) => new FigurePoint(l, new FigureLine(organisation, f?.Figure ?? default, default, f?.IsHidden ?? false)))];
    }

    /// <summary>One organisation over the periods given, in their order.</summary>
    /// <param name="tree">Of now.</param>
    public async Task<IReadOnlyList<FigurePoint>> OverAsync(
        Viewer viewer, TreeSnapshot tree, TreeNode organisation, IReadOnlyList<PublishedLesson> lessons, CancellationToken ct)
    {
        var points = new List<FigurePoint>();
        foreach (var lesson in lessons)
        {
            points.Add(new FigurePoint(lesson, Line(viewer, await board.ReadAsync(lesson, ct), tree, organisation)));
        }

        return points;
    }

    private static FigureLine Line(Viewer viewer, Board figures, TreeSnapshot tree, TreeNode organisation)
    {
        var isHidden = figures.Hidden.Hides(organisation.Id, viewer.Tops);
        var isWithin = viewer.Tops.Any(top => tree.IsUnder(organisation.Id, top));
        return new FigureLine(organisation, figures.Figures.GetValueOrDefault(organisation.Id), figures.Starts.GetValueOrDefault(organisation.Id), isHidden, isWithin);
    }

    private static string Shape(Board figures, PublishedLesson lesson, int adjusted, IEnumerable<FigureLine> lines)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{figures.At < lesson.ClosesAt} {figures.Period.Freeze is not null} {adjusted}")
            + string.Concat(lines.Select(l => string.Create(CultureInfo.InvariantCulture, $",{l.Organisation?.Id} {l.Organisation?.Name} {l.IsHidden} {l.IsWithin} {l.IsAboveBranches}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>People whom a committee has itself.</summary>
    private static FigureLine? Rest(Viewer viewer, Board figures, TreeNode organisation, List<TreeNode> children)
    {
        var below = children.Select(n => figures.Figures.GetValueOrDefault(n.Id)).Aggregate(default(Figure), (a, b) => a + b);
        var rest = figures.Figures.GetValueOrDefault(organisation.Id) - below;
        return rest == default ? null : new FigureLine(null, rest, default, figures.Hidden.HidesDirect(organisation.Id, viewer.Tops));
    }
}
