using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Youth;

namespace Bot.Server.Lessons;

internal sealed class MyRecordModel(CurrentPerson me, OwnRecords records, Belongings belongings, Exemptions exemptions, OrganisationTree tree, TimeProvider clock) : PersonPageModel(me)
{
    public MyRecordView Record { get; private set; } = null!;

    public async Task OnGetAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var own = await records.ReadAsync(Me.Id, ct);
        var belonging = await belongings.FindAsync(Me.Account, ct);
        var branch = belonging.OrganisationId is { } id ? (await tree.AllAsync(ct)).Find(id) : null;
        Record = new MyRecordView(
            belonging.Name, belonging.Waits, branch?.Name, branch is { Depth: > 0 } ? branch.Path[..^(branch.Name.Length + 1)].Replace("/", " / ", StringComparison.Ordinal) : null,
            own.Season, [.. own.Periods.Select(p => View(p, now))],
            belonging.Category == PersonCategory.Member ? [.. (await exemptions.OwnAsync(Me.Id, ct)).Select(Say)] : []);
    }

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
