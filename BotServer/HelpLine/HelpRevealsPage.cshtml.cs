using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>A custodian decides whether an alias may be resolved to a person, without seeing what was said and without learning who it is.</summary>
internal sealed class HelpRevealsPageModel(CurrentStaff staff, HelpScope scope, HelpReveals reveals, ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    public const string Path = Home + "/reveals";

    public IReadOnlyList<HelpRevealRow> Waiting { get; private set; } = [];

    public IReadOnlyList<HelpRevealRow> Decided { get; private set; } = [];

    /// <summary>Which waited when the page was written.</summary>
    public string Shape { get; private set; } = "";

    /// <summary>Others wait now.</summary>
    public bool IsOld { get; private set; }

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done == "decided" ? "决定记好了。" : null;
        return await ShowAsync(ct);
    }

    /// <summary>The part that asks whether something is new. It reloads nothing: a reason is read, and noted as read, when somebody looks.</summary>
    public async Task<IActionResult> OnGetNewsAsync(string? seen, CancellationToken ct)
    {
        (Shape, IsOld) = (seen ?? "", await reveals.ShapeAsync(Me, ct) != (seen ?? ""));
        return Partial("/HelpLine/_HelpRevealNews.cshtml", this);
    }

    public async Task<IActionResult> OnPostAsync(int reveal, bool agrees, CancellationToken ct)
    {
        if (!(await reveals.DecideAsync(Me, reveal, agrees, ct)).IsRefused(out var refusal))
        {
            return Redirect(Path + "?done=decided");
        }

        Refuse(refusal);
        return refusal.Kind == RefusalKind.NotFound ? NotFound() : await ShowAsync(ct);
    }

    protected override bool May(HelpViewer me) => me.IsCustodian;

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        var all = await reveals.ListAsync(Me, Rows, ct);
        Waiting = [.. all.Where(r => r.State is HelpRevealState.Asked or HelpRevealState.Emergency)];
        Decided = [.. all.Except(Waiting)];
        Shape = await reveals.ShapeAsync(Me, ct);
        return Page();
    }
}
