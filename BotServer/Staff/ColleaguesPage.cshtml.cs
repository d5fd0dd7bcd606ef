using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>Who works for an organisation and those below it: inviting, roles, a lost phone, leaving.</summary>
internal sealed class ColleaguesPageModel(CurrentStaff staff, StaffScope scope, Colleagues colleagues, SiteOptions site, ContentLibrary content) : StaffPageModel(staff)
{
    private const int MaxRows = 2000;

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = FigureSheets.RowStep;

    [BindProperty]
    public string? Login { get; set; }

    [BindProperty]
    public StaffRole? Role { get; set; }

    public Seen Seen { get; private set; } = null!;

    public ColleagueList List { get; private set; } = null!;

    public string? Problem { get; private set; }

    public string? Told { get; private set; }

    /// <summary>The invitation that was made just now; it is not shown again.</summary>
    public string? Link { get; private set; }

    /// <summary>Whose it is.</summary>
    public string? Invited { get; private set; }

    public string Name(int organisationId) => Seen.Tree.Find(organisationId)?.Name ?? "";

    /// <param name="id">Null for the first organisation that the viewer keeps the staff of.</param>
    /// <param name="done">taken or left.</param>
    public async Task<IActionResult> OnGetAsync(int? id, string? done, CancellationToken ct)
    {
        Told = done switch { "taken" => "角色已收回。", "left" => "访问已停用，名字留在记录里。", _ => null };
        return await ShowAsync(id, ct);
    }

    public async Task<IActionResult> OnPostGiveAsync(int id, CancellationToken ct)
    {
        if (Role is not { } role || !Enum.IsDefined(role))
        {
            Problem = content.Reply("staff.role-missing");
            return await ShowAsync(id, ct);
        }

        if ((await colleagues.GiveAsync(Viewer, id, Login ?? "", role, ct)).IsRefused(out var refusal, out var given))
        {
            return await RefusedAsync(id, refusal, ct);
        }

        (Login, Role) = (null, null);
        Told = $"{given.Login} 现在是{RoleWords.Word(role)}。";
        return await InvitedAsync(id, given, ct);
    }

    public async Task<IActionResult> OnPostTakeAsync(int id, int assignment, CancellationToken ct)
        => (await colleagues.TakeAsync(Viewer, assignment, ct)).IsRefused(out var refusal) ? await RefusedAsync(id, refusal, ct) : Redirect($"/staff/organisations/{id}/colleagues?done=taken");

    public async Task<IActionResult> OnPostLeaveAsync(int id, int colleague, CancellationToken ct)
        => (await colleagues.LeaveAsync(Viewer, colleague, ct)).IsRefused(out var refusal, out _) ? await RefusedAsync(id, refusal, ct) : Redirect($"/staff/organisations/{id}/colleagues?done=left");

    public async Task<IActionResult> OnPostRenewAsync(int id, int colleague, CancellationToken ct)
        => (await colleagues.RenewAsync(Viewer, colleague, ct)).IsRefused(out var refusal, out var renewed) ? await RefusedAsync(id, refusal, ct) : await InvitedAsync(id, renewed, ct);

    private async Task<IActionResult> InvitedAsync(int id, NewStaff staff, CancellationToken ct)
    {
        Invited = staff.Login;
        Link = staff.InvitationSecret is { } secret ? site.At("/staff/invitations/" + secret) : null;
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> RefusedAsync(int id, Refusal refusal, CancellationToken ct)
    {
        if (refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }

        Problem = content.Reply(refusal.Code);
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int? id, CancellationToken ct)
    {
        if ((id ?? Viewer.StaffTops.FirstOrDefault()) is not (> 0 and var organisation)
            || (await scope.FindAsync(Viewer, organisation, ct)).IsRefused(out _, out var seen)
            || (await colleagues.ListAsync(Viewer, organisation, Math.Clamp(Rows, FigureSheets.RowStep, MaxRows), ct)).IsRefused(out _, out var list))
        {
            return NotFound();
        }

        (Seen, List) = (seen, list);
        return Page();
    }
}
