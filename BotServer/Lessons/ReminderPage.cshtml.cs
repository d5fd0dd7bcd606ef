using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.Entry;
using Bot.Server.Http;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Lessons;

/// <summary>Asks for reminders, takes them back, and is where a credit for the notification can be given; in the chat it is <see cref="RemindCommand"/>.</summary>
internal sealed class ReminderPageModel(
    CurrentPerson me, Reminders reminders, WeChatApi api, PushesOptions options, SiteOptions site, ContentLibrary content, TimeProvider clock) : PersonPageModel(me)
{
    public const string Path = "/y/reminder";

    public ReminderState State { get; private set; } = new(false, null, null, false);

    public string? Problem { get; private set; }

    /// <summary>What has just been done.</summary>
    public string? Told { get; private set; }

    /// <summary>For WeChat's tag that asks for a credit; null outside of WeChat, and where it is switched off or cannot be had.</summary>
    public JsSignature? Signature { get; private set; }

    public string TemplateId => options.Notice.TemplateId;

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public bool IsAsked => State.IsWeekly || State.At is not null || State.IsPaused;

    public async Task OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch
        {
            "asked" => "记下了。",
            "off" => "好的，不再提醒。",
            _ => null,
        };
        await FillAsync(ct);
    }

    public async Task<IActionResult> OnPostOnceAsync(CancellationToken ct)
    {
        if (!(await reminders.AskAsync(Me.Account, ct)).IsRefused(out var refusal))
        {
            return Redirect(Path + "?done=asked");
        }

        Problem = content.Reply(refusal == LessonPlan.Paused ? "reminder.paused" : refusal.Code);
        await FillAsync(ct);
        return Page();
    }

    public async Task<IActionResult> OnPostWeeklyAsync(CancellationToken ct)
    {
        await reminders.AskWeeklyAsync(Me.Account, ct);
        return Redirect(Path + "?done=asked");
    }

    public async Task<IActionResult> OnPostOffAsync(CancellationToken ct)
    {
        await reminders.StopAsync(Me.Account, ct);
        return Redirect(Path + "?done=off");
    }

    private async Task FillAsync(CancellationToken ct)
    {
        State = await reminders.ReadAsync(Me.Account, ct);
        if (!options.AsksForCredits || !IsAsked || !api.IsOn(WeChatAccount.Mp) || !Request.Headers.UserAgent.ToString().Contains("MicroMessenger", StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            Signature = await api.Web.SignAsync(site.At(Request.Path + Request.QueryString), ct);
            PageHeaders.LetWeChatAsk(Response);
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            Signature = null; // without it the reminder is told with the next answer
        }
    }
}
