using System.Collections.Concurrent;
using System.Globalization;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Jobs;

/// <summary>
/// Begins and ends runs. Which node runs is settled by one statement on the job's row: nobody runs what runs already, what another has run
/// for this time of the schedule, or what is paused.
/// </summary>
public sealed class JobRuns(IDbContextFactory<BotDb> databases, TimeProvider clock)
{
    /// <summary>Runs of a job that are kept.</summary>
    public const int Kept = 200;

    /// <summary>A node gives a sign every few seconds; one that has not for so long has died.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(45);

    internal const string SeenFact = "jobs.seen";

    /// <summary>A time of the schedule further ahead than this was taken by a clock that went wrong.</summary>
    private static readonly TimeSpan MostAhead = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, bool> _running = [];

    /// <param name="due">The time of the schedule; null for a run that was asked for.</param>
    /// <returns>The run; null when it is not for this node to run.</returns>
    public async Task<long?> BeginAsync(string job, DateTimeOffset? due, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO job_states (job) VALUES ({job}) ON CONFLICT (job) DO NOTHING", ct);
        var (dead, ahead) = (now - DeadAfter, now + DeadAfter);
        var free = db.JobStates.Where(s => s.Job == job && (s.AliveAt == null || s.AliveAt < dead || s.AliveAt > ahead));
        if (due is { } at)
        {
            var wrong = at + MostAhead;
            if (await free.Where(s => s.PausedAt == null && (s.DueAt == null || s.DueAt < at || s.DueAt > wrong))
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.DueAt, at).SetProperty(s => s.AliveAt, now), ct) == 0)
            {
                return null;
            }
        }
        else if (await free.Where(s => s.AskedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.AskedAt, (DateTimeOffset?)null).SetProperty(s => s.AliveAt, now), ct) == 0)
        {
            return null;
        }

        var run = new JobRun { Job = job, BeganAt = now, AskedBy = due is null ? await db.JobStates.Where(s => s.Job == job).Select(s => s.AskedBy).FirstAsync(ct) : null };
        db.Add(run);
        await db.SaveChangesAsync(ct);
        await db.JobStates.Where(s => s.Job == job).ExecuteUpdateAsync(set => set.SetProperty(s => s.RunId, run.Id), ct);
        await transaction.CommitAsync(ct);
        _running[run.Id] = true;
        return run.Id;
    }

    /// <param name="failure">Of a failed one.</param>
    public async Task EndAsync(string job, long run, JobOutcome outcome, JobFailure? failure)
    {
        _running.TryRemove(run, out _);
        await using var db = await databases.CreateDbContextAsync();
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var (word, type) = (failure?.Word, failure?.Type);

        // The state first, as when a run begins.
        await db.JobStates.Where(s => s.Job == job && s.RunId == run).ExecuteUpdateAsync(set => set.SetProperty(s => s.AliveAt, (DateTimeOffset?)null));
        await db.JobRuns.Where(r => r.Id == run).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.EndedAt, now).SetProperty(r => r.Outcome, outcome).SetProperty(r => r.Failure, word).SetProperty(r => r.FailureType, type));
        var oldest = await db.JobRuns.Where(r => r.Job == job).OrderByDescending(r => r.Id).Select(r => (long?)r.Id).Skip(Kept).FirstOrDefaultAsync();
        if (oldest is { } last)
        {
            await db.JobRuns.Where(r => r.Job == job && r.Id <= last).ExecuteDeleteAsync();
        }

        await transaction.CommitAsync();
    }

    /// <summary>Jobs that shall run now and do not yet.</summary>
    public async Task<IReadOnlyList<string>> AskedAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var (dead, ahead) = (now - DeadAfter, now + DeadAfter);
        return await db.JobStates.AsNoTracking().Where(s => s.AskedAt != null && (s.AliveAt == null || s.AliveAt < dead || s.AliveAt > ahead)).Select(s => s.Job).ToListAsync(ct);
    }

    /// <summary>The sign that this node lives, and that its runs go on.</summary>
    public async Task BeatAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        foreach (var run in _running.Keys)
        {
            await db.JobStates.Where(s => s.RunId == run && s.AliveAt != null).ExecuteUpdateAsync(set => set.SetProperty(s => s.AliveAt, now), ct);
        }

        var seen = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await db.Database.ExecuteSqlAsync($"INSERT INTO installation_facts (name, value) VALUES ({SeenFact}, {seen}) ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value", ct);
    }
}
