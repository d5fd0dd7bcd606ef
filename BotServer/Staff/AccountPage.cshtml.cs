using Bot.Core.Content;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Server.Pages;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <param name="Problem">Null when nothing is wrong.</param>
internal sealed record CodeField(string Id, string Label, string? Problem);

/// <summary>One's own account: roles, WeChat, password, second factor, and where one is signed in.</summary>
internal sealed class AccountPageModel(CurrentStaff staff, OwnAccount account, OwnSessions sessions, StaffLinks links, SiteOptions site, ContentLibrary content) : StaffPageModel(staff)
{
    public const string Path = "/staff/account";

    public OwnState State { get; private set; } = new([], false, 0);

    public IReadOnlyList<OwnSession> Sessions { get; private set; } = [];

    /// <summary>Null without a link.</summary>
    public DateTimeOffset? LinkedSince { get; private set; }

    /// <summary>Null when none waits.</summary>
    public LinkCode? Code { get; private set; }

    /// <summary>Shown once.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    /// <summary>Of a new authenticator that waits for its first code.</summary>
    public QrDrawing? Picture { get; private set; }

    /// <summary>In groups of four, to be typed by hand.</summary>
    public string? Key { get; private set; }

    public string? Told { get; private set; }

    /// <summary>Under which field, and what.</summary>
    public (string Field, string Text)? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch
        {
            "password" => "密码改好了，别处的登录都已退出。",
            "factor" => "身份验证器换好了，别处的登录都已退出。以后用新的动态码。",
            "ended" => "已经退出。",
            "unlinked" => "微信已经解除关联。",
            _ => null,
        };
        return await ShowAsync(ct);
    }

    /// <summary>The part that asks for itself again while a code waits.</summary>
    public async Task<IActionResult> OnGetLinkAsync(CancellationToken ct)
    {
        if (Viewer.StaffId is null)
        {
            return NotFound();
        }

        State = await account.ReadAsync(Viewer, ct);
        await FindLinkAsync(ct);
        return Partial("/Staff/_AccountLink.cshtml", this);
    }

    public async Task<IActionResult> OnPostPasswordAsync(string? old, string? password, string? repeated, CancellationToken ct)
    {
        if (Viewer.StaffId is null)
        {
            return NotFound();
        }

        if (password != repeated)
        {
            Problem = ("repeated", content.Reply("staff.passwords-differ"));
            return await ShowAsync(ct);
        }

        return (await account.ChangePasswordAsync(Viewer, old ?? "", password ?? "", ct)).IsRefused(out var refusal, out var who)
            ? await RefuseAsync(refusal == Invitations.PasswordWeak ? "password" : "old", refusal, ct)
            : await GoOnAsync(who, "password");
    }

    public async Task<IActionResult> OnPostRecoveryAsync(string? code, CancellationToken ct)
    {
        if (Viewer.StaffId is null)
        {
            return NotFound();
        }

        if ((await account.RenewRecoveryCodesAsync(Viewer, code ?? "", ct)).IsRefused(out var refusal, out var codes))
        {
            return await RefuseAsync("recovery-code", refusal, ct);
        }

        RecoveryCodes = codes;
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostFactorAsync(string? code, CancellationToken ct)
        => Viewer.StaffId is null ? NotFound()
            : (await account.BeginNewFactorAsync(Viewer, code ?? "", ct)).IsRefused(out var refusal) ? await RefuseAsync("factor-code", refusal, ct)
            : LocalRedirect(Path + "#factor");

    public async Task<IActionResult> OnPostConfirmAsync(string? code, CancellationToken ct)
        => Viewer.StaffId is null ? NotFound()
            : (await account.ConfirmNewFactorAsync(Viewer, code ?? "", ct)).IsRefused(out var refusal, out var who) ? await RefuseAsync("confirm-code", refusal, ct)
            : await GoOnAsync(who, "factor");

    /// <param name="id">Null for all others.</param>
    public async Task<IActionResult> OnPostEndAsync(long? id, CancellationToken ct)
        => Viewer.StaffId is null ? NotFound()
            : (await (id is { } one ? sessions.EndAsync(Viewer, one, ct) : sessions.EndOthersAsync(Viewer, ct))).IsRefused(out var refusal) ? await RefuseAsync("sessions", refusal, ct)
            : LocalRedirect(Path + "?done=ended");

    public async Task<IActionResult> OnPostLinkAsync(string? code, CancellationToken ct)
        => Viewer.StaffId is null ? NotFound()
            : (await links.NewCodeAsync(Viewer, code ?? "", ct)).IsRefused(out var refusal) ? await RefuseAsync("link-code", refusal, ct)
            : LocalRedirect(Path + "#link");

    public async Task<IActionResult> OnPostUnlinkAsync(CancellationToken ct)
    {
        if (Viewer.StaffId is null)
        {
            return NotFound();
        }

        await links.UnlinkAsync(Viewer, ct);
        return LocalRedirect(Path + "?done=unlinked");
    }

    public string? ProblemAt(string field) => Problem is { } problem && problem.Field == field ? problem.Text : null;

    private async Task<IActionResult> RefuseAsync(string field, Core.Refusal refusal, CancellationToken ct)
    {
        Problem = (field, content.Reply(refusal.Code, ("minutes", $"{SignIns.LockedFor.TotalMinutes}"), ("length", $"{Invitations.MinPasswordLength}")));
        return await ShowAsync(ct);
    }

    private async Task<IActionResult> GoOnAsync(StaffIdentity who, string done)
    {
        await StaffSessions.GoOnAsync(HttpContext, who, Viewer.SessionId!.Value);
        return LocalRedirect(Path + "?done=" + done);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (Viewer.StaffId is null)
        {
            return NotFound();
        }

        State = await account.ReadAsync(Viewer, ct);
        Sessions = await sessions.ListAsync(Viewer, ct);
        await FindLinkAsync(ct);
        if (await account.NewFactorAsync(Viewer, ct) is { } key)
        {
            Picture = QrDrawing.Of(Totp.Address(key, new Uri(site.PublicUrl).Host, Viewer.Login!));
            Key = string.Join(' ', Totp.Written(key).Chunk(4).Select(four => new string(four)));
        }

        return Page();
    }

    private async Task FindLinkAsync(CancellationToken ct)
    {
        LinkedSince = await links.SinceAsync(Viewer, ct);
        Code = await links.CodeAsync(Viewer, ct);
    }
}
