using System.Security.Cryptography;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Lessons;

/// <summary>申诉 about one week, for the person; in the chat it is <see cref="AppealCommand"/>.</summary>
internal sealed class AppealNewModel(CurrentPerson me, Appeals appeals, LessonShelf shelf, ContentLibrary content, TimeProvider clock) : PersonPageModel(me)
{
    private const int AppealsRead = 100;

    public PublishedLesson Lesson { get; private set; } = null!;

    /// <summary>Where the last appeal about this week stands; null without one.</summary>
    public string? Earlier { get; private set; }

    /// <summary>One lies with the secretary: a second would be refused.</summary>
    public bool Waits { get; private set; }

    public AppealSaw? Saw { get; private set; }

    /// <summary>What stood in the form that was refused.</summary>
    public string? Typed { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Makes one appeal of a form that is sent twice.</summary>
    public string FormKey { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public async Task<IActionResult> OnGetAsync(string id, CancellationToken ct) => await FindAsync(id, ct) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(string id, AppealSaw? saw, string? text, string? key, CancellationToken ct)
    {
        (Saw, Typed) = (saw, text);
        if (!await FindAsync(id, ct))
        {
            return NotFound();
        }

        if (saw is not { } seen || !Enum.IsDefined(seen))
        {
            Problem = content.Reply("appeal.no-saw");
            return Page();
        }

        var messageKey = $"page:{Me.Account.Id}:{(key is { Length: 32 } ? key : FormKey)}";
        if ((await appeals.AskAsync(Me.Account, Lesson.Id, seen, text, messageKey, ct)).IsRefused(out var refusal))
        {
            Problem = content.Reply(refusal.Code);
            return Page();
        }

        return Redirect("/y/me?done=appealed");
    }

    private async Task<bool> FindAsync(string id, CancellationToken ct)
    {
        if (!LessonId.TryParse(id, null, out var parsed) || await shelf.FindAsync(parsed, ct) is not { } lesson || lesson.OpensAt > clock.GetUtcNow())
        {
            return false;
        }

        Lesson = lesson;
        var last = (await appeals.OwnAsync(Me.Account, AppealsRead, ct)).FirstOrDefault(a => a.LessonRowId == lesson.RowId);
        (Earlier, Waits) = (last is null ? null : content.Of(last), last is { Outcome: null });
        return true;
    }
}
