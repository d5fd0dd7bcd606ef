using System.Security.Cryptography;
using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Http;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Lessons;

/// <summary>The lesson of the address, or the open one without an id.</summary>
internal sealed class LessonPageModel(
    CurrentPerson me, LessonPlan plan, LessonShelf shelf, Attempts attempts, OwnRecords records, Belongings belongings, OrganisationTree tree,
    KeyRing keys, TimeProvider clock) : PersonPageModel(me)
{
    public LessonView? Lesson { get; private set; }

    /// <summary>What is said when there is nothing to study at this address.</summary>
    public NothingOpenView? Closed { get; private set; }

    /// <summary>Reading again what is finished already.</summary>
    public bool Again { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? id, bool again, CancellationToken ct)
    {
        Again = again;
        if (id is null)
        {
            if ((await plan.CurrentAsync(ct)).IsRefused(out var refusal, out var current))
            {
                Closed = await NothingAsync(refusal, ct);
                return Page();
            }

            return await ShowAsync(current, ct);
        }

        return LessonId.TryParse(id, null, out var parsed) && await shelf.FindAsync(parsed, ct) is { } lesson ? await ShowAsync(lesson, ct) : NotFound();
    }

    private async Task<IActionResult> ShowAsync(PublishedLesson lesson, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var finished = await records.FinishedAsync(lesson, Me.Id, ct);
        if (now < lesson.OpensAt)
        {
            Closed = new NothingOpenView(NothingOpen.NotYet, lesson.Title, ChinaTime.Say(lesson.OpensAt, now), []);
        }
        else if (finished is null && (await attempts.BeginAsync(lesson.Id, Me.Account.Id, ct)).IsRefused(out _))
        {
            Closed = new NothingOpenView(NothingOpen.SeasonOver, lesson.Title, null, []);
        }
        else
        {
            PageHeaders.LetLessonShow(Response);
            Lesson = View(lesson, now, await ReceiptAsync(lesson, now, finished, ct));
        }

        return Page();
    }

    private async Task<ReceiptView> ReceiptAsync(PublishedLesson lesson, DateTimeOffset now, Completion? finished, CancellationToken ct)
    {
        var belonging = await belongings.FindAsync(Me.Account, ct);
        var counts = finished is null ? belonging.Category == PersonCategory.Member : finished.Standing != Standing.Visitor;
        var organisation = counts && (finished?.OrganisationId ?? belonging.OrganisationId) is { } id ? (await tree.AllAsync(ct)).Find(id)?.Name : null;
        var (code, when, late) = finished is null ? ("", "", false) : (Completions.Shown(finished.Receipt), ChinaTime.Say(finished.At, now), finished.Late);
        return new ReceiptView(code, lesson.Id.ToString(), lesson.Title, when, organisation, belonging.OrganisationId is not null, late);
    }

    private LessonView View(PublishedLesson lesson, DateTimeOffset now, ReceiptView receipt)
    {
        var late = now >= lesson.ClosesAt;
        return new LessonView(
            lesson.Id.ToString(), lesson.Id.Season, lesson.Id.Period, lesson.Title, Spoken.Closing(lesson, now), late, lesson.MinSeconds,
            lesson.Cover, lesson.Video, lesson.Transcript,
            [.. lesson.Sections.Select(s => new SectionView(s.Title.Length == 0 ? null : s.Title, new HtmlString(s.Html)))],
            [.. lesson.Questions.Select(q => new QuestionView(q.Id, q.Text, q.Options))],
            Learner(), receipt);
    }

    /// <summary>Names this account to the phone's own memory: the same at every visit, telling nothing.</summary>
    private string Learner()
        => Convert.ToHexStringLower(HMACSHA256.HashData(keys.Derive("page-memory"), BitConverter.GetBytes(Me.Account.Id)).AsSpan(0, 8));

    private async Task<NothingOpenView> NothingAsync(Refusal refusal, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var makeUp = (await records.ReadAsync(Me.Id, ct)).Periods.Where(p => p.Completion is null).Select(p => MyRecordModel.View(p, now)).ToList();
        if (refusal == LessonPlan.Paused && await plan.PauseAsync(ct) is { } pause)
        {
            return new NothingOpenView(NothingOpen.Paused, pause.Told, $"{pause.To.Month}月{pause.To.Day}日", makeUp);
        }

        return new NothingOpenView(NothingOpen.Nothing, null, await plan.NextAsync(ct) is { } next ? ChinaTime.Say(next.OpensAt, now) : null, makeUp);
    }
}
