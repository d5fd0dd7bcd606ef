using System.Globalization;
using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Server.Calendar;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <param name="Reached">Null where so few stand behind it that it is shown with others alone; so is Missed.</param>
/// <param name="Under">Path of the organisation that it goes to, from this page's downwards; "" for this one.</param>
internal sealed record PushLine(Push Push, int? Recipients, int? Reached, int? Missed, string Under);

/// <summary>The pushes behind the figures of a period's dashboard, and where those are who want no more: counts, never names.</summary>
internal sealed class PushesPageModel(CurrentStaff staff, StaffScope scope, FigureSheets sheets, PieceRights rights, PushLists pushes, TimeProvider clock) : StaffPageModel(staff)
{
    private const string Rest = "";

    /// <summary>As in the address; null for the open one.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Period { get; set; }

    public Seen Seen { get; private set; } = null!;

    public PublishedLesson Lesson { get; private set; } = null!;

    public PushesOfArea Pushed { get; private set; } = null!;

    public IReadOnlyList<PushLine> Lines { get; private set; } = [];

    /// <summary>By the organisations right below, those of few people together, without one, last; so are those of this organisation itself.</summary>
    public IReadOnlyList<(TreeNode? Node, string Name, int Count)> OptedOut { get; private set; } = [];

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public bool HidesSome => Lines.Any(l => l.Recipients is null || l.Reached is null || l.Missed is null);

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if ((await scope.FindAsync(Viewer, id, ct)).IsRefused(out _, out var seen) || !await rights.MaySeeAsync(Viewer, id, ct)
            || (await sheets.LessonAsync(Period, ct)).IsRefused(out _, out var lesson) || lesson is null
            || (await sheets.OfAsync(Viewer, seen.Tree, seen.Organisation, lesson, null, FigureSheets.RowStep, ct)).Own is not { IsHidden: false })
        {
            return NotFound();
        }

        (Seen, Lesson) = (seen, lesson);
        Pushed = await pushes.OfAreaAsync(id, lesson.OpensAt, lesson.ClosesAt, ct);
        var (reached, missed) = (Shown(p => p.Reached), Shown(p => p.Missed));
        Lines = [.. Pushed.Pushes.Select(p => new PushLine(
            p.Push, p.Outcome.IsHidden ? null : p.Outcome.Total, OrNull(p, p.Reached, reached), OrNull(p, p.Missed, missed), Under(p.Push.OrganisationId)))];
        OptedOut = Pushed.OptedOut is > 0 ? Places() : [];
        return Page();
    }

    /// <summary>Pushes whose figure stands for itself: what is small is joined with another, so that the sum does not tell it.</summary>
    private HashSet<string> Shown(Func<PushOfArea, int> figure) => [.. FoldedCounts.Of(Pushed.Pushes.Select(p => (Key(p), figure(p))), Rest).Select(p => p.Name)];

    private static int? OrNull(PushOfArea push, int figure, HashSet<string> shown) => push.Outcome.IsHidden || (figure > 0 && !shown.Contains(Key(push))) ? null : figure;

    private static string Key(PushOfArea push) => push.Push.Id.ToString(CultureInfo.InvariantCulture);

    private List<(TreeNode? Node, string Name, int Count)> Places()
    {
        var (top, tree) = (Seen.Organisation, Seen.Tree);
        var counts = new Dictionary<int, int>();
        foreach (var (organisation, people) in Pushed.OptedOutOf)
        {
            var at = tree.Find(organisation);
            while (at is not null && at.Id != top.Id && at.ParentId != top.Id)
            {
                at = at.ParentId is { } parent ? tree.Find(parent) : null;
            }

            var place = at?.Id ?? top.Id;
            counts[place] = counts.GetValueOrDefault(place) + people;
        }

        var parts = FoldedCounts.Of(counts.OrderBy(c => tree.Find(c.Key)?.Index).Select(c => (c.Key.ToString(CultureInfo.InvariantCulture), c.Value)), Rest);
        return [.. parts.Select(part => part.Name == Rest ? (null, "其他组织合计", part.Count)
            : tree.Find(int.Parse(part.Name, CultureInfo.InvariantCulture)) is { } node && node.Id != top.Id ? (node, node.Name, part.Count) : ((TreeNode?)null, "本级直属", part.Count))];
    }

    private string Under(int organisationId)
        => Seen.Tree.Find(organisationId) is { } node && node.Id != Seen.Organisation.Id && node.Path.StartsWith(Seen.Organisation.Path, StringComparison.Ordinal)
            ? node.Path[Seen.Organisation.Path.Length..].TrimStart('/').Replace("/", " / ", StringComparison.Ordinal)
            : "";
}
