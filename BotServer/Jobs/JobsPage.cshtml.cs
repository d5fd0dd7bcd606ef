using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Jobs;
using Bot.Jobs;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Jobs;

/// <param name="Next">Null when it never comes again.</param>
internal sealed record JobLine(ScheduledJob Job, JobSeen Seen, JobWord Word, string Cron, string? Schedule, DateTimeOffset? Next)
{
    public string Name => Job.Name;
}

/// <summary>What runs by itself: when, how it went, and the buttons to run it now or to pause it.</summary>
internal sealed class JobsPageModel(CurrentStaff staff, JobDesk desk, JobsOptions options, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public const int RowStep = 20;

    /// <summary>The job whose history is shown.</summary>
    [BindProperty(SupportsGet = true, Name = "job")]
    public string? Chosen { get; set; }

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = RowStep;

    public IReadOnlyList<JobLine> Jobs { get; private set; } = [];

    /// <summary>Of the chosen job, newest first.</summary>
    public IReadOnlyList<JobRun> Runs { get; private set; } = [];

    public bool HasMore { get; private set; }

    /// <summary>False when no node runs the jobs.</summary>
    public bool IsSomebodyThere { get; private set; }

    public JobLine? ChosenJob => Jobs.FirstOrDefault(j => j.Name == Chosen);

    /// <summary>Something goes on: the page asks again.</summary>
    public bool IsLive => Jobs.Any(j => j.Seen.Runs || j.Seen.Waits);

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public string? Told { get; private set; }

    public string? Problem { get; private set; }

    /// <param name="done">asked, paused or resumed.</param>
    /// <param name="told">The code of a refusal.</param>
    public async Task<IActionResult> OnGetAsync(string? done, string? told, CancellationToken ct)
    {
        Told = done switch
        {
            "asked" => "几秒钟内开始运行。",
            "paused" => "已暂停，到点不会运行，直到恢复。",
            "resumed" => "已恢复，下次到点照常运行。",
            _ => null,
        };
        Problem = told?.StartsWith("job.", StringComparison.Ordinal) == true && content.Has(told) ? content.Reply(told) : null;
        return await FillAsync(ct) ? Page() : NotFound();
    }

    /// <summary>The part that asks for itself again while something runs.</summary>
    public async Task<IActionResult> OnGetStateAsync(CancellationToken ct) => await FillAsync(ct) ? Partial("/Jobs/_Jobs.cshtml", this) : NotFound();

    public Task<IActionResult> OnPostRunAsync(string name, CancellationToken ct) => DoAsync(name, "asked", desk.AskAsync, ct);

    public Task<IActionResult> OnPostPauseAsync(string name, CancellationToken ct) => DoAsync(name, "paused", desk.PauseAsync, ct);

    public Task<IActionResult> OnPostResumeAsync(string name, CancellationToken ct) => DoAsync(name, "resumed", desk.ResumeAsync, ct);

    /// <summary>A run without an end whose process has gone.</summary>
    public bool IsDead(JobRun run) => run.EndedAt is null && !Jobs.Any(j => j.Seen.Runs && j.Seen.Last?.Id == run.Id);

    private async Task<IActionResult> DoAsync(string name, string done, Func<Core.Staff.Viewer, string, CancellationToken, Task<Result<bool>>> change, CancellationToken ct)
    {
        if (!JobDesk.May(Viewer) || !ScheduledJob.All.Any(j => j.Name == name))
        {
            return NotFound();
        }

        return (await change(Viewer, name, ct)).IsRefused(out var refusal)
            ? RedirectToPage(new { told = refusal.Code, job = Chosen })
            : RedirectToPage(new { done, job = Chosen });
    }

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        if (!JobDesk.May(Viewer) || (Chosen is not null && !ScheduledJob.All.Any(j => j.Name == Chosen)))
        {
            return false;
        }

        IsSomebodyThere = await desk.IsSomebodyThereAsync(ct);
        var seen = await desk.ListAsync([.. ScheduledJob.All.Select(j => j.Name)], ct);
        Jobs = [.. ScheduledJob.All.Zip(seen, (job, state) => new JobLine(
            job, state, JobWords.Of(job.Name), job.Cron(options), CronWords.Say(job.Cron(options)), job.NextAfter(options, Now)))];
        if (Chosen is { } chosen)
        {
            Rows = Math.Clamp(Rows, RowStep, JobRuns.Kept);
            var runs = await desk.RunsAsync(chosen, Rows + 1, ct);
            (Runs, HasMore) = ([.. runs.Take(Rows)], runs.Count > Rows && Rows < JobRuns.Kept);
        }

        return true;
    }
}
