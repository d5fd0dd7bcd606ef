using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>Who asks for help, in the order in which they need it. Not a word of what was said.</summary>
internal sealed class HelpInboxPageModel(
    CurrentStaff staff, HelpScope scope, HelpInbox inbox, HelpAlerts alerts, HelpCases cases, HelpCaseDeeds deeds, HelpDuties duties, HelpShapes shapes, OrganisationTree tree,
    ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    /// <summary>As in the address; null for what the viewer needs most: theirs, or, with none, what nobody has.</summary>
    [BindProperty(SupportsGet = true, Name = "queue")]
    public HelpQueue? Asked { get; set; }

    [BindProperty(SupportsGet = true)]
    public HelpTopic? Topic { get; set; }

    /// <summary>An organisation, with those below it.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Under { get; set; }

    /// <summary>Only those that have been open for so long.</summary>
    [BindProperty(SupportsGet = true)]
    public HelpSpan? Open { get; set; }

    public HelpQueue Queue { get; private set; }

    public HelpCounts Counts { get; private set; } = null!;

    public IReadOnlyList<HelpRow> List { get; private set; } = [];

    public bool HasMore { get; private set; }

    public IReadOnlyList<HelpAlertRow> Alerts { get; private set; } = [];

    public bool IsAvailable { get; private set; }

    /// <summary>Areas by which the list can be narrowed; empty where there is one.</summary>
    public IReadOnlyList<TreeNode> Areas { get; private set; } = [];

    public string Shape { get; private set; } = "";

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public int CountOf(HelpQueue queue) => queue switch
    {
        HelpQueue.Mine => Counts.Mine,
        HelpQueue.Unassigned => Counts.Unassigned,
        _ => Counts.Open,
    };

    /// <summary>This page with something else chosen.</summary>
    public string At(HelpQueue queue, string? handler = null, int? rows = null)
        => FormattableString.Invariant($"{Home}?queue={queue}{(Topic is { } topic ? $"&topic={topic}" : null)}{(Under is { } area ? $"&under={area}" : null)}{(Open is { } span && queue != HelpQueue.Closed ? $"&open={span}" : null)}{(rows is { } n ? $"&rows={n}" : null)}{(handler is null ? null : "&handler=" + handler)}");

    public async Task<IActionResult> OnGetAsync(string? done, string? told, CancellationToken ct)
    {
        Told = done switch
        {
            "here" => "登记好了，你在值守。走的时候点“我要离开”，忘了点的 12 小时后自动算离开。",
            "away" => "已经登记离开。等着回答的求助放回“没人接的”。",
            "heard" => "已经知道了。",
            "closed" => "已结案。",
            _ => null,
        };
        RefuseTold(told);
        await FillAsync(ct);
        return Page();
    }

    /// <summary>The part that reloads itself.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken ct)
    {
        await FillAsync(ct);
        return Partial("/HelpLine/_HelpInbox.cshtml", this);
    }

    /// <summary>Silences an alert. Who may read the case takes it, where nobody has it, and is led there.</summary>
    public async Task<IActionResult> OnPostAcknowledgeAsync(int alert, int id, CancellationToken ct)
    {
        if ((await alerts.AcknowledgeAsync(Me, alert, ct)).IsRefused(out var refusal))
        {
            return refusal.Kind == Core.RefusalKind.NotFound ? NotFound() : Redirect($"{Home}?told={refusal.Code}");
        }

        if ((await cases.PulseAsync(Me, id, ct)).IsRefused(out _, out var pulse))
        {
            return Redirect(Home + "?done=heard");
        }

        await TakeAsync(id, pulse.Version, ct);
        return Redirect($"{Home}/{id}");
    }

    public async Task<IActionResult> OnPostPresenceAsync(bool here, CancellationToken ct)
    {
        await duties.SetPresenceAsync(Me, here, ct);
        return Redirect($"{Home}?done={(here ? "here" : "away")}");
    }

    /// <summary>Somebody else may have it by now: then their page says so.</summary>
    private async Task TakeAsync(int id, int version, CancellationToken ct)
    {
        var open = await inbox.ListAsync(Me, HelpQueue.Unassigned, null, null, null, MaxRows, ct);
        if (open.Any(row => row.Id == id))
        {
            await deeds.TakeAsync(Me, id, version, ct);
        }
    }

    private async Task FillAsync(CancellationToken ct)
    {
        // Before the list: what changes in between makes the page ask again.
        Shape = await shapes.OfInboxAsync(Me, await shapes.OpenAsync(ct), ct);
        Counts = await inbox.CountAsync(Me, ct);
        Queue = Asked ?? (Counts.Mine > 0 ? HelpQueue.Mine : Counts.Unassigned > 0 ? HelpQueue.Unassigned : HelpQueue.Open);
        var rows = await inbox.ListAsync(Me, Queue, Topic, Under, Open, Rows + 1, ct);
        (List, HasMore) = ([.. rows.Take(Rows)], rows.Count > Rows);
        Alerts = await alerts.OpenAsync(Me, ct);
        IsAvailable = await duties.IsAvailableAsync(Me, ct);
        Areas = await HelpAreas.OfAsync(tree, Me, ct);
    }
}
