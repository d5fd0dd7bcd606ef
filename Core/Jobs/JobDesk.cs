using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Jobs;

/// <summary>A job as the console shows it.</summary>
/// <param name="Last">The run that began last; null before the first.</param>
/// <param name="Runs">It runs now, on whichever node.</param>
public sealed record JobSeen(string Job, JobState? State, JobRun? Last, bool Runs)
{
    /// <summary>Asked for, and no node has begun yet.</summary>
    public bool Waits => State?.AskedAt is not null;

    public bool IsPaused => State?.PausedAt is not null;
}

/// <summary>
/// What administrators of a root see and do about jobs. Nothing is done here: the wish is stored, and the node that runs the jobs reads it
/// within two seconds, whichever node the administrator is at.
/// </summary>
public sealed class JobDesk(BotDb db, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "job.not-found", "No such job for this viewer.");
    public static readonly Refusal Asked = new(RefusalKind.Conflict, "job.waits", "It has been asked for already and has not begun.");
    public static readonly Refusal Running = new(RefusalKind.Conflict, "job.running", "It runs at this moment.");
    public static readonly Refusal Unchanged = new(RefusalKind.Conflict, "job.unchanged", "Somebody has paused or resumed it already.");

    public static bool May(Viewer viewer) => viewer.RunsJobs;

    /// <summary>Whether a node that runs jobs has given a sign lately.</summary>
    public async Task<bool> IsSomebodyThereAsync(CancellationToken ct)
        => await db.InstallationFacts.AsNoTracking().Where(f => f.Name == JobRuns.SeenFact).Select(f => f.Value).FirstOrDefaultAsync(ct) is { } seen
            && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && (clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(at)).Duration() < JobRuns.DeadAfter;

    /// <summary>In the order of <paramref name="jobs"/>.</summary>
    public async Task<IReadOnlyList<JobSeen>> ListAsync(IReadOnlyList<string> jobs, CancellationToken ct)
    {
        var states = await db.JobStates.AsNoTracking().ToDictionaryAsync(s => s.Job, ct);
        var runIds = states.Values.Select(s => s.RunId).OfType<long>().ToList();
        var runs = await db.JobRuns.AsNoTracking().Where(r => runIds.Contains(r.Id)).ToDictionaryAsync(r => r.Id, ct);
        return [.. jobs.Select(job =>
        {
            var state = states.GetValueOrDefault(job);
            return new JobSeen(job, state, state?.RunId is { } id ? runs.GetValueOrDefault(id) : null, IsAlive(state));
        })];
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<JobRun>> RunsAsync(string job, int rows, CancellationToken ct)
        => await db.JobRuns.AsNoTracking().Where(r => r.Job == job).OrderByDescending(r => r.Id).Take(rows).ToListAsync(ct);

    /// <summary>Shall run now, also while it is paused.</summary>
    public async Task<Result<bool>> AskAsync(Viewer viewer, string job, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await ChangeAsync(viewer, job, "job.asked", async () =>
        {
            if (IsAlive(await db.JobStates.AsNoTracking().FirstOrDefaultAsync(s => s.Job == job, ct)))
            {
                return Running;
            }

            return await db.JobStates.Where(s => s.Job == job && s.AskedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.AskedAt, now).SetProperty(s => s.AskedBy, viewer.Actor), ct) == 1 ? null : Asked;
        }, ct);
    }

    /// <summary>Its times pass by until it is resumed; a run that goes on ends by itself.</summary>
    public Task<Result<bool>> PauseAsync(Viewer viewer, string job, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return ChangeAsync(viewer, job, "job.paused", async () => await db.JobStates.Where(s => s.Job == job && s.PausedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedAt, now).SetProperty(s => s.PausedBy, viewer.Actor), ct) == 1 ? null : Unchanged, ct);
    }

    public Task<Result<bool>> ResumeAsync(Viewer viewer, string job, CancellationToken ct)
        => ChangeAsync(viewer, job, "job.resumed", async () => await db.JobStates.Where(s => s.Job == job && s.PausedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedAt, (DateTimeOffset?)null).SetProperty(s => s.PausedBy, (string?)null), ct) == 1 ? null : Unchanged, ct);

    private async Task<Result<bool>> ChangeAsync(Viewer viewer, string job, string action, Func<Task<Refusal?>> change, CancellationToken ct)
    {
        if (!May(viewer))
        {
            return NotFound;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO job_states (job) VALUES ({job}) ON CONFLICT (job) DO NOTHING", ct);
        if (await change() is { } refusal)
        {
            return refusal;
        }

        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = action, Subject = $"job:{job}" });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private bool IsAlive(JobState? state)
        => state?.AliveAt is { } at && (clock.GetUtcNow() - at).Duration() < JobRuns.DeadAfter;
}
