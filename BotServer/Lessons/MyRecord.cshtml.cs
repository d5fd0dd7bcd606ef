using Bot.Core;
using Bot.Core.Lessons;
using Bot.Server.Entry;
using Bot.Server.Youth;

namespace Bot.Server.Lessons;

internal sealed class MyRecordModel(CurrentPerson me, OwnRecords records, TimeProvider clock) : PersonPageModel(me)
{
    public MyRecordView Record { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var own = await records.ReadAsync(Me.Id, ct);
        var branch = own.Belonging.Organisation;
        Record = new MyRecordView(
            own.Belonging.Name, branch?.Name, branch is { Depth: > 0 } ? branch.Path[..^(branch.Name.Length + 1)].Replace("/", " / ", StringComparison.Ordinal) : null,
            own.Season, [.. own.Periods.Select(p => View(p, now))]);
    }

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
