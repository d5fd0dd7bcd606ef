using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Lessons;

internal sealed class MyRecordModel(
    CurrentPerson me, OwnRecords records, Belongings belongings, Exemptions exemptions, Appeals appeals, PushWishes wishes, OrganisationTree tree, ContentLibrary content, TimeProvider clock)
    : PersonPageModel(me)
{
    /// <summary>Of the person's appeals those that the page knows; a season has fewer weeks.</summary>
    private const int AppealsRead = 100;

    public MyRecordView Record { get; private set; } = null!;

    /// <param name="done">What has just been done: <c>appealed</c> or <c>wished</c>.</param>
    public async Task OnGetAsync(string? done, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var asked = (await appeals.OwnAsync(Me.Account, AppealsRead, ct)).ToLookup(a => a.LessonRowId);
        var own = await records.ReadAsync(Me.Id, ct);
        var belonging = await belongings.FindAsync(Me.Account, ct);
        var branch = belonging.OrganisationId is { } id ? (await tree.AllAsync(ct)).Find(id) : null;
        Record = new MyRecordView(
            belonging.Name, belonging.Waits, branch?.Name, branch is { Depth: > 0 } ? branch.Path[..^(branch.Name.Length + 1)].Replace("/", " / ", StringComparison.Ordinal) : null,
            own.Season, [.. own.Periods.Select(p => WithAppeal(View(p, now), asked[p.Lesson.RowId].FirstOrDefault()))],
            belonging.Category == PersonCategory.Member ? [.. (await exemptions.OwnAsync(Me.Id, ct)).Select(Say)] : [], done == "appealed")
        {
            WantsPushes = await wishes.WantsAsync(Me.Account, ct),
            HasWished = done == "wished",
        };
    }

    public async Task<IActionResult> OnPostPushesAsync(bool wants, CancellationToken ct)
    {
        await wishes.SetAsync(Me.Account, wants, ct);
        return Redirect("/y/me?done=wished");
    }

    private PeriodView WithAppeal(PeriodView period, OwnAppeal? last) => period with
    {
        Appeal = last is null ? null : content.Of(last),
        MayAppeal = period.State == PeriodState.Missed && last is not { Outcome: null },
    };

    private static string Say(ExemptionLine line)
        => $"{ExemptionReasons.Word(line.Reason)}，{line.From:yyyy-MM-dd} 起{(line.To is { } to ? $"，到 {to:yyyy-MM-dd}" : "")}";

    internal static PeriodView View(OwnPeriod period, DateTimeOffset now)
    {
        var (lesson, done) = (period.Lesson, period.Completion);
        var state = done is { Late: true } ? PeriodState.Late
            : done is not null ? PeriodState.Done
            : lesson.IsOpenAt(now) ? PeriodState.Open
            : PeriodState.Missed;
        var note = done is not null ? ChinaTime.Say(done.At, now) : state == PeriodState.Open ? Spoken.Closing(lesson, now) : "已截止，可补学";
        return new PeriodView(lesson.Id.ToString(), lesson.Id.Period, lesson.Title, state, note, done is null ? null : Completions.Shown(done.Receipt));
    }
}
