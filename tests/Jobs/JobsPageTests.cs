using System.Net;
using Bot.Core.Jobs;
using Bot.Jobs;
using Bot.Server.Jobs;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Jobs;

public sealed class JobsPageTests
{
    private const string Page = "/staff/jobs";

    [Fact]
    public async Task An_administrator_of_the_root_runs_a_job_now_and_sees_how_it_went()
    {
        await using var bot = await Desk.StartAsync(("Jobs:RunHere", "true"));
        var browser = await AdministratorAsync(bot);
        Assert.Equal("还没有运行过", await StateAsync(browser, "ForgetUsedLinks"));

        var answer = await PressAsync(browser, "Run", "ForgetUsedLinks");

        Assert.Equal("/staff/jobs?done=asked", answer.Headers.Location!.ToString());
        await WaitAsync(async () => await StateAsync(browser, "ForgetUsedLinks") == "完成");
        var run = await bot.InDb(db => db.JobRuns.SingleAsync(r => r.Job == "ForgetUsedLinks"));
        Assert.Equal((JobOutcome.Done, "li"), (run.Outcome!.Value, run.AskedBy));
        Assert.Equal(("li", "job:ForgetUsedLinks"), await bot.InDb(db => db.AuditEntries.Where(a => a.Action == "job.asked").Select(a => new ValueTuple<string, string>(a.Actor, a.Subject)).SingleAsync()));
        var history = await Branch.PageAsync(browser, Page + "?job=ForgetUsedLinks");
        Assert.Contains("li 要求", history.GetElementById("runs")!.TextContent, StringComparison.Ordinal);
        await WaitAsync(async () => (await Branch.PageAsync(browser, Page)).QuerySelector("[data-live]") is null); // another job's own time may have come
    }

    [Fact]
    public async Task A_failed_run_tells_its_reason_without_what_the_fault_said()
    {
        await using var bot = await Desk.StartAsync(("Jobs:RunHere", "true"));
        var browser = await AdministratorAsync(bot);
        await bot.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE redeemed_links RENAME TO student_001"));

        await PressAsync(browser, "Run", "ForgetUsedLinks");
        await WaitAsync(async () => await StateAsync(browser, "ForgetUsedLinks") == "失败");

        var history = (await Branch.PageAsync(browser, Page + "?job=ForgetUsedLinks")).Body!.TextContent;
        Assert.Contains("数据库报错", history, StringComparison.Ordinal);
        Assert.Matches("(Sqlite|Postgres)Exception", history);
        Assert.DoesNotContain("redeemed_links", history, StringComparison.Ordinal);
        await bot.InDb(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE student_001 RENAME TO redeemed_links"));
        await PressAsync(browser, "Run", "ForgetUsedLinks");
        await WaitAsync(async () => await StateAsync(browser, "ForgetUsedLinks") == "完成"); // a failure does not block it
    }

    [Fact]
    public async Task Reminders_reports_tokens_and_quotas_run_here_when_asked_for()
    {
        string[] jobs = ["RemindUnstudied", "TellReports", "WarmTokens", "ReadQuotas"];
        await using var bot = await Desk.StartAsync(("Jobs:RunHere", "true"));
        var browser = await AdministratorAsync(bot);
        foreach (var job in jobs)
        {
            await PressAsync(browser, "Run", job);
        }

        await WaitAsync(async () => await bot.InDb(db => db.JobRuns.CountAsync(r => jobs.Contains(r.Job) && r.AskedBy == "li" && r.Outcome == JobOutcome.Done)) == jobs.Length);
        Assert.NotEmpty(await bot.InDb(db => db.CallQuotas.ToListAsync()));
    }

    [Fact]
    public async Task At_a_node_that_runs_no_jobs_the_wish_waits_for_the_one_that_does()
    {
        (string, string)[] settings = [("Jobs:RunHere", "false")];
        await using var bot = await Desk.StartAsync(settings);
        var browser = await AdministratorAsync(bot);
        Assert.Contains("现在没有服务器在运行定时任务", await Desk.TextAsync(browser, Page), StringComparison.Ordinal);

        await PressAsync(browser, "Run", "TidyImports");
        var again = await PressAsync(browser, "Run", "TidyImports");

        Assert.Equal("/staff/jobs?told=job.waits", again.Headers.Location!.ToString());
        Assert.Equal("等着运行", await StateAsync(browser, "TidyImports"));
        Assert.NotNull((await Branch.PageAsync(browser, Page)).QuerySelector("[data-live]"));
        settings[0] = ("Jobs:RunHere", "true");
        await bot.RestartAsync();
        await WaitAsync(async () => await bot.InDb(db => db.JobRuns.AnyAsync(r => r.Job == "TidyImports" && r.Outcome == JobOutcome.Done)));
        Assert.Equal(1, await bot.InDb(db => db.JobRuns.CountAsync(r => r.Job == "TidyImports" && r.AskedBy == "li")));
    }

    [Fact]
    public async Task A_paused_job_lets_its_times_pass_also_after_a_restart_until_it_is_resumed()
    {
        await using var bot = await Desk.StartAsync();
        var browser = await AdministratorAsync(bot);

        Assert.Equal("/staff/jobs?done=paused", (await PressAsync(browser, "Pause", "FreezeFigures")).Headers.Location!.ToString());
        Assert.Equal("/staff/jobs?told=job.unchanged", (await PressAsync(browser, "Pause", "FreezeFigures")).Headers.Location!.ToString());

        await bot.RestartAsync();
        var runs = bot.Services.GetRequiredService<JobRuns>();
        Assert.Null(await runs.BeginAsync("FreezeFigures", bot.Clock.GetUtcNow(), default));
        Assert.NotNull(await runs.BeginAsync("TidyImports", bot.Clock.GetUtcNow(), default));
        await bot.InDb(async db =>
        {
            // Run now works while it is paused.
            await db.JobStates.Where(s => s.Job == "FreezeFigures").ExecuteUpdateAsync(set => set.SetProperty(s => s.AskedAt, bot.Clock.GetUtcNow()).SetProperty(s => s.AskedBy, "li"));
        });
        Assert.Equal(["FreezeFigures"], await runs.AskedAsync(default));
        var run = await runs.BeginAsync("FreezeFigures", null, default);
        await runs.EndAsync("FreezeFigures", run!.Value, JobOutcome.Done, null);
        Assert.Null(await runs.BeginAsync("FreezeFigures", null, default));

        await bot.InDb(db => db.JobStates.Where(s => s.Job == "FreezeFigures").ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedAt, (DateTimeOffset?)null)));
        Assert.NotNull(await runs.BeginAsync("FreezeFigures", bot.Clock.GetUtcNow(), default));
    }

    [Fact]
    public async Task Pausing_and_resuming_stand_in_the_audit_and_on_the_page()
    {
        await using var bot = await Desk.StartAsync();
        var browser = await AdministratorAsync(bot);

        await PressAsync(browser, "Pause", "RemindTransfers");
        var paused = await Branch.PageAsync(browser, Page);
        await PressAsync(browser, "Resume", "RemindTransfers");
        var resumed = await Branch.PageAsync(browser, Page);

        Assert.Contains("已暂停", paused.GetElementById("job-RemindTransfers")!.TextContent, StringComparison.Ordinal);
        Assert.Null(paused.GetElementById("pause-RemindTransfers"));
        Assert.DoesNotContain("已暂停", resumed.GetElementById("job-RemindTransfers")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("暂停“提醒接收转接”？", resumed.GetElementById("pause-RemindTransfers")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["job.paused", "job.resumed"], await bot.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("job.")).OrderBy(a => a.Id).Select(a => a.Action).ToListAsync()));
    }

    [Fact]
    public async Task The_page_shows_schedule_and_next_run_and_a_run_whose_server_died_as_broken()
    {
        await using var bot = await Desk.StartAsync();
        var browser = await AdministratorAsync(bot);
        await bot.Services.GetRequiredService<JobRuns>().BeginAsync("FreezeFigures", bot.Clock.GetUtcNow(), default);
        Assert.Equal("正在运行", await StateAsync(browser, "FreezeFigures"));
        Assert.Equal("/staff/jobs?told=job.running", (await PressAsync(browser, "Run", "FreezeFigures")).Headers.Location!.ToString());

        bot.Clock.Now += JobRuns.DeadAfter + TimeSpan.FromSeconds(1);

        Assert.Equal("中断", await StateAsync(browser, "FreezeFigures"));
        var row = (await Branch.PageAsync(browser, Page)).GetElementById("job-ForgetUsedLinks")!.TextContent;
        Assert.Contains("每天 03:15", row, StringComparison.Ordinal);
        Assert.Contains("0 15 3 * * ?", row, StringComparison.Ordinal);
        Assert.Contains("2026-11-19 周四 03:15", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_but_an_administrator_of_the_root_finds_the_page_or_its_buttons()
    {
        await using var bot = await Desk.StartAsync();
        var county = (await Desk.JoinAsync(bot, "wang", "administrator")).Browser;
        var supervisor = (await Desk.JoinAsync(bot, "zhao", "duty-supervisor", "示例省")).Browser;
        var administrator = await AdministratorAsync(bot);

        foreach (var browser in new[] { county, supervisor })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Page)).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(Page + "?handler=State")).StatusCode);
            foreach (var handler in new[] { "Run", "Pause", "Resume" })
            {
                Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(browser, "/staff", $"{Page}?handler={handler}", ("name", "FreezeFigures"))).StatusCode);
            }

            Assert.DoesNotContain(Page, await Desk.TextAsync(browser, "/staff"), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await PressAsync(administrator, "Run", "Nonsense")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await administrator.GetAsync(Page + "?job=Nonsense")).StatusCode);
        Assert.False(await bot.InDb(db => db.JobStates.AnyAsync(s => s.AskedAt != null || s.PausedAt != null)));
    }

    [Fact]
    public async Task Every_job_has_its_Chinese_words_and_every_usual_schedule_too()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var options = bot.Services.GetRequiredService<JobsOptions>();

        Assert.Equal(ScheduledJob.All.Select(j => j.Name).Order(StringComparer.Ordinal), JobWords.All.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            typeof(JobsOptions).GetProperties().Where(p => p.PropertyType == typeof(JobsOptions.JobLine)).Select(p => p.Name).Order(StringComparer.Ordinal),
            ScheduledJob.All.Select(j => j.Name).Order(StringComparer.Ordinal));
        Assert.All(ScheduledJob.All, job => Assert.NotNull(CronWords.Say(job.Cron(options))));
        Assert.All(ScheduledJob.All, job => Assert.True(job.NextAfter(options, bot.Clock.GetUtcNow()) > bot.Clock.GetUtcNow()));
    }

    [Theory]
    [InlineData("0 15 3 * * ?", "每天 03:15")]
    [InlineData("10 * * * * ?", "每分钟（第 10 秒）")]
    [InlineData("0 * * * * ?", "每分钟")]
    [InlineData("0 */5 * * * ?", "每 5 分钟")]
    [InlineData("0 0/10 * * * ?", "每 10 分钟")]
    [InlineData("0/5 * * * * ?", "每 5 秒")]
    [InlineData("0 0 * * * ?", "每小时整点")]
    [InlineData("0 30 * * * ?", "每小时第 30 分")]
    [InlineData("0 0 */2 * * ?", "每 2 小时")]
    [InlineData("0 0 8 ? * MON", "每周一 08:00")]
    [InlineData("0 0 8 ? * 2", "每周一 08:00")]
    [InlineData("0 30 9 1 * ?", "每月 1 日 09:30")]
    [InlineData("0 0 8,20 * * ?", null)]
    [InlineData("0 0 8 ? * MON-FRI", null)]
    [InlineData("0 0 8 1 1 ?", null)]
    public void A_cron_line_is_said_as_people_do(string cron, string? said) => Assert.Equal(said, CronWords.Say(cron));

    /// <summary>Jobs whose own time comes meanwhile ask WeChat.</summary>
    private static async Task<Browser> AdministratorAsync(BotUnderTest bot) => (await Desk.JoinAsync(bot, "li", "administrator", "示例省")).Browser;

    private static Task<HttpResponseMessage> PressAsync(Browser browser, string handler, string job) => Desk.PostToAsync(browser, Page, $"{Page}?handler={handler}", ("name", job));

    private static async Task<string> StateAsync(Browser browser, string job)
        => (await Branch.PageAsync(browser, Page)).QuerySelector($"#job-{job} td:nth-child(3) .state")!.TextContent.Trim();

    private static async Task WaitAsync(Func<Task<bool>> until)
    {
        for (var tries = 0; tries < 150; tries++)
        {
            if (await until())
            {
                return;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not happen within 15 seconds.");
    }
}
