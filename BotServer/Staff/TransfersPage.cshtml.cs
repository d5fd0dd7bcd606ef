using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Who is to come, who is to go, and what nobody takes.</summary>
internal sealed class TransfersPageModel(
    CurrentStaff staff, StaffScope scope, TransferAnswers answers, TransferLists lists, TransferFigures figures, SeenNames seen, OrganisationTree tree,
    ContentLibrary content, TimeProvider clock) : AreaListPageModel(staff, scope)
{
    private const int MostRates = 100;

    public FirstRows<TransferItem> ToReceive { get; private set; } = FirstRows<TransferItem>.None;

    public FirstRows<TransferItem> Sent { get; private set; } = FirstRows<TransferItem>.None;

    public FirstRows<TransferItem> Untaken { get; private set; } = FirstRows<TransferItem>.None;

    public FirstRows<TransferItem> Done { get; private set; } = FirstRows<TransferItem>.None;

    /// <summary>What nobody takes and others decide.</summary>
    public int UntakenOfOthers { get; private set; }

    public TreeSnapshot Tree { get; private set; } = null!;

    /// <summary>Organisations and their rates; the viewer's own first.</summary>
    public IReadOnlyList<(TreeNode Organisation, TransferFigure? Figure)> Rates { get; private set; } = [];

    /// <summary>Of the rates; null for this one.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Year { get; set; }

    public IReadOnlyList<int> Years { get; private set; } = [];

    /// <summary>Only what is open past its deadline.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Overdue { get; set; }

    /// <summary>For the addresses of this page with more rows, or another year; null where nothing was chosen.</summary>
    public string? KeepAll
    {
        get
        {
            var kept = new[] { Keep, Overdue ? "overdue=true" : null, Year == Today.Year ? null : string.Create(CultureInfo.InvariantCulture, $"year={Year}") }.OfType<string>().ToList();
            return kept.Count == 0 ? null : string.Join('&', kept);
        }
    }

    public string? Told { get; private set; }

    public string? Problem { get; private set; }

    public DateOnly Today { get; } = ChinaTime.DateOf(clock.GetUtcNow());

    /// <summary>The organisation from which a secretary releases; those above begin at an organisation's page.</summary>
    public int? OwnOrganisation => Viewer.Login is null ? Viewer.Tops[0] : null;

    /// <param name="done">accepted, refused, withdrawn, sent, extended, released, removing, removed or returned.</param>
    /// <param name="count">How many.</param>
    /// <param name="told">The code of a refusal.</param>
    public async Task<IActionResult> OnGetAsync(string? done, int? count, string? told, CancellationToken ct)
    {
        Told = done switch
        {
            "accepted" => string.Create(CultureInfo.InvariantCulture, $"已接收 {count ?? 1} 人，从现在起在新的支部。"),
            "refused" => "已退回原支部，对方会收到提醒。",
            "withdrawn" => "已撤回，人留在原支部。",
            "sent" => "去向已定，等对方接收。",
            "extended" => "期限已延长。",
            "released" => string.Create(CultureInfo.InvariantCulture, $"已转出 {count ?? 1} 人，对方接收前还在原支部。"),
            "removing" => string.Create(CultureInfo.InvariantCulture, $"已提请移出 {count ?? 1} 人，等上级确认。"),
            "removed" => "已移出名册，已经结束的各期不变。",
            "returned" => "已恢复，从现在起又在名册里。",
            _ => null,
        };
        Problem = told?.StartsWith("transfer.", StringComparison.Ordinal) == true && content.Has(told) ? content.Reply(told) : null;
        return await FillAsync(ct);
    }

    /// <summary>Takes in several; those that cannot be taken stay in the list.</summary>
    public async Task<IActionResult> OnPostAcceptAsync(int[] ids, CancellationToken ct)
    {
        var accepted = 0;
        string? told = null;
        foreach (var id in ids.Distinct().Order().Take(MaxRows))
        {
            if ((await answers.AcceptAsync(id, Viewer.TrayTops, Viewer.Actor, ct)).IsRefused(out var refusal))
            {
                told = refusal.Code;
            }
            else
            {
                accepted++;
            }
        }

        return RedirectToPage(new { done = accepted > 0 ? "accepted" : null, count = accepted > 0 ? accepted : (int?)null, rows = Rows > FigureSheets.RowStep ? Rows : (int?)null, under = Under, overdue = Overdue ? true : (bool?)null, told = told ?? (ids.Length == 0 ? Transfers.Nobody.Code : null) });
    }

    public string Where(int? id) => id is { } organisation ? Tree.PathOf(organisation)?.Split('/') is { } path ? string.Join(" / ", path[^Math.Min(2, path.Length)..]) : "" : "去向未定";

    private async Task<IActionResult> FillAsync(CancellationToken ct)
    {
        var tops = Viewer.TrayTops;
        if (tops.Count == 0 || !await FindAreaAsync(ct))
        {
            return NotFound();
        }

        Tree = await tree.AllAsync(ct);
        var sieve = new TransferSieve(Under, Overdue);
        ToReceive = await lists.ToReceiveAsync(tops, sieve, Rows, ct);
        Untaken = await lists.UntakenAsync(tops, sieve, Rows, ct);
        Sent = await lists.SentAsync(tops, sieve, Rows, ct);
        Done = await lists.DoneAsync(tops, sieve, Rows, ct);
        await seen.NoteAsync(Viewer, "list:transfers", [.. ToReceive.Items.Concat(Untaken.Items).Concat(Sent.Items).Concat(Done.Items).Select(t => (int?)t.FromId)], ct);
        UntakenOfOthers = await lists.UntakenOfOthersAsync(tops, sieve, Untaken.Total, ct);
        Years = await figures.YearsAsync(ct);
        Year = Year is { } asked && Years.Contains(asked) ? asked : Today.Year;
        var sheet = await figures.OfAsync(Year.Value, ct);
        IReadOnlyList<TreeNode> own = Area is null ? await Scope.TopsAsync(Viewer, ct) : [Area];
        var below = own is [var top] ? Tree.Children(top) : [];
        Rates = [.. own.Concat(below).Take(MostRates).Select(o => (o, sheet.Find(o.Id, Viewer.Tops)))];
        return Page();
    }
}
