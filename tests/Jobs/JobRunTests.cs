using Bot.Core.Jobs;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Jobs;

/// <summary>Which node runs a job, and what is written down about it.</summary>
public sealed class JobRunTests : IAsyncLifetime
{
    private const string Job = "FreezeFigures";

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Of_twenty_nodes_whose_schedule_says_now_one_runs()
    {
        var due = _bot.Clock.GetUtcNow();

        var began = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            var node = Node();
            if (await node.BeginAsync(Job, due, default) is not { } run)
            {
                return false;
            }

            await node.EndAsync(Job, run, JobOutcome.Done, null); // at once: who comes after the end must not run for the same time either
            return true;
        })));

        Assert.Single(began, true);
        Assert.Single(await RunsAsync());
        Assert.NotNull(await Node().BeginAsync(Job, due.AddMinutes(1), default));
    }

    /// <summary>The control arm of the race above: looking first and writing afterwards lets in more than one.</summary>
    [Fact]
    public async Task Without_the_condition_in_the_statement_more_than_one_would_run()
    {
        await _bot.InDb(db => db.Database.ExecuteSqlAsync($"INSERT INTO job_states (job) VALUES ({Job})"));
        var due = _bot.Clock.GetUtcNow();
        using var allHaveLooked = new CountdownEvent(20);
        var looked = new TaskCompletionSource();

        var began = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _bot.InDb(async db =>
        {
            var isFree = await db.JobStates.AnyAsync(s => s.Job == Job && s.DueAt == null);
            if (allHaveLooked.Signal())
            {
                looked.SetResult();
            }

            await looked.Task;
            return isFree ? await db.JobStates.Where(s => s.Job == Job).ExecuteUpdateAsync(set => set.SetProperty(s => s.DueAt, due)) : 0;
        })));

        Assert.True(began.Sum() > 1);
    }

    [Fact]
    public async Task While_one_node_runs_it_no_other_does_until_that_node_has_given_no_sign_for_long()
    {
        var (first, second) = (Node(), Node());
        var run = await first.BeginAsync(Job, _bot.Clock.GetUtcNow(), default);

        _bot.Clock.Now += TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(30);
        Assert.Null(await second.BeginAsync(Job, _bot.Clock.GetUtcNow(), default));
        await first.BeatAsync(default);
        _bot.Clock.Now += TimeSpan.FromSeconds(30);
        Assert.Null(await second.BeginAsync(Job, _bot.Clock.GetUtcNow(), default));
        _bot.Clock.Now += JobRuns.DeadAfter;

        var next = await second.BeginAsync(Job, _bot.Clock.GetUtcNow(), default);

        Assert.NotNull(next);
        await first.EndAsync(Job, run!.Value, JobOutcome.Done, null); // it was only slow; the second one's run goes on
        Assert.Null(await Node().BeginAsync(Job, _bot.Clock.GetUtcNow().AddSeconds(1), default));
    }

    [Fact]
    public async Task A_clock_that_once_went_wrong_does_not_keep_a_job_from_running()
    {
        var now = _bot.Clock.Now;
        _bot.Clock.Now = now.AddYears(3);
        await RunAsync();
        _bot.Clock.Now = now;

        Assert.NotNull(await Node().BeginAsync(Job, _bot.Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task The_newest_two_hundred_runs_of_each_job_are_kept()
    {
        for (var i = 0; i < 205; i++)
        {
            _bot.Clock.Now += TimeSpan.FromMinutes(1);
            await RunAsync();
        }

        await RunAsync("TidyImports");

        var runs = await RunsAsync();
        Assert.Equal(200, runs.Count(r => r.Job == Job));
        Assert.Equal(_bot.Clock.GetUtcNow(), runs.Where(r => r.Job == Job).Max(r => r.BeganAt));
        Assert.Single(runs, r => r.Job == "TidyImports");
    }

    [Fact]
    public void Of_a_fault_its_kind_is_kept_and_not_a_word_of_its_message()
    {
        var failure = JobFailure.Of(new InvalidOperationException("学生001 13800000021", new TimeoutException("o-1")));

        Assert.Equal(("timeout", "InvalidOperationException < TimeoutException"), (failure.Word, failure.Type));
        Assert.Equal("fault", JobFailure.Of(new InvalidOperationException()).Word);
        Assert.Equal("wechat:45009", JobFailure.Of(new Core.WeChat.WeChatException(45009, "m", "")).Word);
        Assert.Equal("network", JobFailure.Of(new HttpRequestException()).Word);
        Assert.Equal("network", JobFailure.Of(new Core.WeChat.WeChatSilenceException("m", mayHaveArrived: true)).Word);
    }

    private JobRuns Node() => ActivatorUtilities.CreateInstance<JobRuns>(_bot.Services);

    private async Task RunAsync(string job = Job)
    {
        var node = Node();
        var run = await node.BeginAsync(job, _bot.Clock.GetUtcNow(), default);
        await node.EndAsync(job, run!.Value, JobOutcome.Done, null);
    }

    private Task<List<JobRun>> RunsAsync() => _bot.InDb(db => db.JobRuns.AsNoTracking().ToListAsync());
}
