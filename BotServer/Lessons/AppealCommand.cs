using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.WeChat;
using Bot.Server.WeChat;
using Typed = Bot.Core.Content.Spoken;

namespace Bot.Server.Lessons;

/// <summary>"申诉": a completion is missing. Which lesson, what was seen; the answers of earlier ones come first.</summary>
internal sealed class AppealCommand(Appeals appeals, OwnRecords records, LessonShelf shelf, Attempts attempts, ContentLibrary content) : IBotCommand
{
    private const string AtLesson = "lesson";
    private const string AtSaw = "saw";
    private const int AnswersShown = 2;

    public static string Name => "appeal";

    public Task<Answer> AnswerAsync(Asked asked, CancellationToken ct) => asked.Turn?.Step switch
    {
        AtLesson => ChooseAsync(asked, asked.Turn.Said, ct),
        AtSaw => AskAsync(asked, asked.Turn.Said["lesson"], ct),
        _ => OfferAsync(asked, ct),
    };

    private async Task<Answer> OfferAsync(Asked asked, CancellationToken ct)
    {
        var lessons = await appeals.LessonsAsync(ct);
        if (lessons.Count == 0)
        {
            return content.Refuse(Appeals.NoLesson);
        }

        var lines = new List<string>();
        var offered = new Dictionary<string, string>();
        foreach (var lesson in lessons)
        {
            var number = Text(lines.Count + 1);
            offered.Add(number, lesson.Id.ToString());
            lines.Add(content.Reply("appeal.lesson", ("number", number), ("id", lesson.Id.ToString()), ("title", lesson.Title), ("state", await StateAsync(lesson, asked, ct))));
        }

        return new Answer(
            Reply.Text(content.Reply("appeal.ask-lesson", ("answers", await AnswersAsync(asked, ct)), ("lessons", string.Join('\n', lines)))),
            new Turn(Name, AtLesson, offered));
    }

    private async Task<Answer> ChooseAsync(Asked asked, IReadOnlyDictionary<string, string> offered, CancellationToken ct)
    {
        if (!offered.TryGetValue(Typed.Normalise(asked.Words), out var id))
        {
            return NumberPlease(asked);
        }

        var title = LessonId.TryParse(id, null, out var lessonId) ? (await shelf.FindAsync(lessonId, ct))?.Title ?? "" : "";
        return new Answer(
            Reply.Text(content.Reply("appeal.ask-saw", ("id", id), ("title", title))),
            new Turn(Name, AtSaw, new Dictionary<string, string> { ["lesson"] = id }, TakesText: true));
    }

    private async Task<Answer> AskAsync(Asked asked, string id, CancellationToken ct)
    {
        var (first, rest) = Typed.Split(asked.Words);
        var typed = Typed.Normalise(first);
        var saw = typed.Length > 0 && typed[0] is >= '1' and <= '4' ? (AppealSaw)(typed[0] - '1') : (AppealSaw?)null;
        if (saw is null || !LessonId.TryParse(id, null, out var lessonId))
        {
            return NumberPlease(asked);
        }

        // "2卡住了" is a number and a word, too.
        var text = typed.Length > 1 ? $"{first[1..]} {rest}".Trim() : rest;
        return (await appeals.AskAsync(asked.By, lessonId, saw.Value, text, asked.MessageKey, ct)).IsRefused(out var refusal)
            ? new Answer(content.Refuse(refusal), refusal == Appeals.TextLength ? asked.Turn : null)
            : Reply.Text(content.Reply("appeal.asked", ("how", await HowAsync(lessonId, asked, ct))));
    }

    /// <summary>How it can still be studied; nothing once the season is over.</summary>
    private async Task<string> HowAsync(LessonId id, Asked asked, CancellationToken ct)
        => await shelf.FindAsync(id, ct) is not { } lesson || await attempts.IsOverAsync(lesson, ct) ? ""
            : content.Reply(lesson.IsOpenAt(asked.At) ? "appeal.how-open" : "appeal.how-late");

    private Answer NumberPlease(Asked asked) => new(Reply.Text(content.Reply("appeal.number-please")), asked.Turn);

    private async Task<string> StateAsync(PublishedLesson lesson, Asked asked, CancellationToken ct)
        => await records.FinishedAsync(lesson, asked.By.PersonId, ct) is { } done
            ? content.Reply(done.Late ? "appeal.state-late" : "appeal.state-done", ("at", ChinaTime.Say(done.At, asked.At)))
            : content.Reply("appeal.state-none");

    private async Task<string> AnswersAsync(Asked asked, CancellationToken ct)
    {
        var lessons = await shelf.AllAsync(ct);
        return string.Concat((await appeals.OwnAsync(asked.By, AnswersShown, ct)).Select(own =>
        {
            var id = lessons.FirstOrDefault(l => l.RowId == own.LessonRowId)?.Id.ToString() ?? "";
            return own.Outcome is { } outcome
                ? content.Reply("appeal.answered", ("id", id), ("outcome", content.Of(outcome)), ("answer", own.Answer ?? ""))
                : content.Reply("appeal.waits", ("id", id));
        }));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
