using System.Security.Cryptography;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>One case: what was said, what WeChat still lets out, and everything that can be done about it.</summary>
internal sealed class HelpCasePageModel(
    CurrentStaff staff, HelpScope scope, HelpCases cases, HelpReplies replies, HelpInbox inbox, HelpAlerts alerts, HelpReveals reveals, HelpShapes shapes, HelpAnswers answers,
    HelpCaseDeeds deeds, ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    private static readonly Dictionary<string, string> Words = new()
    {
        ["reply"] = "已经交给微信去发。",
        ["note"] = "备注记好了，对方看不到。",
        ["assign"] = "换好了接的人。",
        ["sort"] = "主题和紧急程度改好了。",
        ["refer"] = "转介记好了。",
        ["asked"] = "已经提出结案，等另一个人同意。",
        ["keep-open"] = "不结案了，接着聊。",
        ["reopen"] = "重新打开了。",
        ["merge"] = "并进来了。",
        ["report"] = "已经交给值班督导决定。",
        ["decided"] = "决定记好了。",
        ["ask"] = "已经请身份保管人决定。",
        ["emergency"] = "已经记录，身份保管人会在 24 小时内复核。在下面点“看是谁”。",
    };

    public HelpThread Thread { get; private set; } = null!;

    public IReadOnlyList<HelpColleague> Team { get; private set; } = [];

    public IReadOnlyList<HelpRevealRow> Reveals { get; private set; } = [];

    public IReadOnlyList<HelpAlertRow> Alerts { get; private set; } = [];

    public IReadOnlyList<HelpAnswer> Answers { get; private set; } = [];

    public string Shape { get; private set; } = "";

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    /// <summary>Who it is; shown in the one answer to the wish to see it.</summary>
    public HelpPerson? Person { get; private set; }

    /// <summary>What was typed and not taken, with the form that it belongs to.</summary>
    public (string Form, string Text)? Typed { get; private set; }

    /// <summary>Made with the page: a form that is sent twice does it once.</summary>
    public string FormKey { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The case as the page around the thread was written, which may be older than the thread.</summary>
    [BindProperty(SupportsGet = true)]
    public int? Version { get; set; }

    /// <summary>Somebody of the staff has changed the case since the page was opened.</summary>
    public bool IsChanged => Version is { } shown && shown != Thread.Case.Version;

    /// <summary>The newest message shown: nothing is answered or closed that nobody has seen.</summary>
    public long Seen => Thread.Entries.Select(e => e.Id).DefaultIfEmpty().Max(); // what was merged in is older and has higher numbers

    public bool IsMine => Thread.Case.AssignedId == Me.StaffId;

    public string TypedIn(string form) => Typed is { } typed && typed.Form == form ? typed.Text : "";

    public async Task<IActionResult> OnGetAsync(int id, string? done, CancellationToken ct)
    {
        Told = done is null ? null : Words.GetValueOrDefault(done);
        Version = null;
        return await ShowAsync(id, ct);
    }

    /// <summary>The part that reloads itself.</summary>
    public async Task<IActionResult> OnGetThreadAsync(int id, CancellationToken ct)
        => await FillThreadAsync(id, ct) ? Partial("/HelpLine/_HelpThread.cshtml", this) : NotFound();

    /// <summary>A picture or a voice, unsealed for this answer; the browser keeps nothing of it.</summary>
    public async Task<IActionResult> OnGetMediaAsync(int id, long message, CancellationToken ct)
    {
        if ((await cases.MediaAsync(Me, id, message, ct)).IsRefused(out _, out var file))
        {
            return NotFound();
        }

        Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return File(file.Bytes, file.ContentType);
    }

    public async Task<IActionResult> OnPostReplyAsync(int id, int version, long seen, string? text, string? formKey, CancellationToken ct)
        => (await replies.SendAsync(Me, id, version, seen, text?.Trim() ?? "", formKey ?? "", ct)).IsRefused(out var refusal) ? await RefusedAsync(id, refusal, "reply", text, ct) : Done(id, "reply");

    /// <summary>The person sees that an answer is being written.</summary>
    public async Task<IActionResult> OnPostTypingAsync(int id, CancellationToken ct)
        => (await replies.TypingAsync(Me, id, ct)).IsRefused(out var refusal) && refusal.Kind == RefusalKind.NotFound ? NotFound() : StatusCode(StatusCodes.Status204NoContent);

    /// <summary>Everything else that can be done with a case: the handler's deed has the name of the button.</summary>
    public async Task<IActionResult> OnPostDoAsync(int id, string? deed, [FromForm] HelpDeedForm form, CancellationToken ct)
        => await deeds.DoAsync(Me, id, deed ?? "", form, ct) is not { } result ? NotFound()
            : result.IsRefused(out var refusal, out var done) ? await RefusedAsync(id, refusal, deed ?? "", form.Text, ct)
            : done == HelpCaseDeeds.Closed ? Redirect(Home + "?done=closed")
            : Done(id, done);

    /// <summary>Who it is, for whom that was granted; noted before it is shown.</summary>
    public async Task<IActionResult> OnPostPersonAsync(int id, int reveal, CancellationToken ct)
    {
        if ((await reveals.PersonAsync(Me, reveal, ct)).IsRefused(out var refusal, out var person))
        {
            return await RefusedAsync(id, refusal, "person", null, ct);
        }

        Person = person;
        return await ShowAsync(id, ct);
    }

    private RedirectResult Done(int id, string what) => Redirect($"{Home}/{id}?done={what}");

    private async Task<IActionResult> RefusedAsync(int id, Refusal refusal, string form, string? text, CancellationToken ct)
    {
        if (refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }

        Refuse(refusal);
        Typed = (form, text ?? "");
        return await ShowAsync(id, ct);
    }

    private async Task<IActionResult> ShowAsync(int id, CancellationToken ct)
    {
        Version = null;
        if (!await FillThreadAsync(id, ct))
        {
            return NotFound();
        }

        ModelState.Clear(); // the forms are written anew, with the version of now
        Team = await inbox.TeamOfAsync(Me, id, ct);
        Reveals = await reveals.OfCaseAsync(Me, id, ct);
        Answers = answers.For(Thread.Case.Topic);
        return Page();
    }

    private async Task<bool> FillThreadAsync(int id, CancellationToken ct)
    {
        // Before the thread: what changes in between makes the page ask again.
        if (await shapes.OfCaseAsync(Me, id, await shapes.OpenAsync(ct), ct) is not { } shape || (await cases.ReadAsync(Me, id, ct)).IsRefused(out _, out var thread))
        {
            return false;
        }

        (Shape, Thread) = (shape, thread);
        Alerts = await alerts.OpenAsync(Me, ct);
        return true;
    }
}
