using Bot.Core.Jobs;
using Bot.Core.Pushes;
using Bot.Core.WeChat;
using Bot.Jobs.Staff;
using Bot.Jobs.WeChat;
using Bot.Tests.Pushes;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Jobs;

/// <summary>What must not go unseen: a band on the console's first page for administrators of the root, and the rows it is read from.</summary>
public sealed class AlarmTests : IAsyncLifetime
{
    private const string NotListed = """{"errcode":40164,"errmsg":"invalid ip 203.0.113.7, not in whitelist rid: 65f0-1a2b-3c4d"}""";

    private PostOffice _office = null!;

    private BotUnderTest Bot => _office.Bot;

    public async ValueTask InitializeAsync() => _office = PostOffice.Of(await Desk.StartAsync());

    public async ValueTask DisposeAsync() => await _office.DisposeAsync();

    [Fact]
    public async Task While_all_is_well_nobody_is_alarmed()
    {
        await RunAsync("WarmTokens", null);
        await _office.HappensAsync("openid-of-student-001", PostOffice.Corrected);

        Assert.Empty(await AlarmsAsync());
        Assert.Empty((await Branch.PageAsync((await Desk.JoinAsync(Bot, "li", "administrator", "示例省")).Browser, "/staff")).QuerySelectorAll("[data-alarm]"));
    }

    [Fact]
    public async Task After_ten_minutes_without_a_token_a_red_band_says_so_until_there_is_one()
    {
        var failure = new JobFailure("wechat:40164", "WeChatException");
        await RunAsync("WarmTokens", null);
        for (var minutes = 0; minutes < 9; minutes++)
        {
            await RunAsync("WarmTokens", failure);
            Assert.DoesNotContain(await AlarmsAsync(), a => a.Kind == AlarmKind.NoToken);
        }

        await RunAsync("WarmTokens", failure);
        var alarm = Assert.Single(await AlarmsAsync());
        Assert.Equal((AlarmKind.NoToken, 40164), (alarm.Kind, alarm.ErrCode!.Value));
        var root = (await Desk.JoinAsync(Bot, "li", "administrator", "示例省")).Browser;
        var county = (await Desk.JoinAsync(Bot, "wang", "administrator")).Browser;
        var band = (await Branch.PageAsync(root, "/staff")).QuerySelector("[data-alarm=NoToken]")!;
        Assert.Contains("拿不到微信的凭证", band.TextContent, StringComparison.Ordinal);
        Assert.Equal("/staff/outbox", band.QuerySelector("a")!.GetAttribute("href"));
        Assert.Empty((await Branch.PageAsync(county, "/staff")).QuerySelectorAll("[data-alarm]"));

        await RunAsync("WarmTokens", null);

        Assert.Empty(await AlarmsAsync());
    }

    [Fact]
    public async Task A_job_that_failed_once_is_no_alarm_and_twice_in_a_row_is_one()
    {
        var failure = new JobFailure("fault", "InvalidOperationException");
        await RunAsync("TidyImports", failure);
        await RunAsync("TidyImports", null);
        var since = Bot.Clock.GetUtcNow();
        await RunAsync("TidyImports", failure);
        Assert.Empty(await AlarmsAsync());

        await RunAsync("TidyImports", failure);

        Assert.Equal(new Alarm(AlarmKind.JobFails, since, "TidyImports"), Assert.Single(await AlarmsAsync()));
    }

    [Fact]
    public async Task A_log_that_was_tampered_with_is_an_alarm_after_the_first_check_that_finds_it()
    {
        var root = (await Desk.JoinAsync(Bot, "li", "administrator", "示例省")).Browser;
        await RunAsync("VerifyAudit", await CheckAsync());
        Assert.Empty(await AlarmsAsync());
        await Bot.InDb(db => db.Database.ExecuteSqlRawAsync(Bot.Provider == Core.Data.DatabaseProvider.Sqlite ? "DROP TRIGGER audit_entries_stay" : "DROP TRIGGER audit_entries_stay ON audit_entries"));
        await Bot.InDb(db => db.Database.ExecuteSqlRawAsync("DELETE FROM audit_entries WHERE position = 1"));

        var since = Bot.Clock.GetUtcNow();
        await RunAsync("VerifyAudit", await CheckAsync());

        Assert.Equal(new Alarm(AlarmKind.AuditBroken, since), Assert.Single(await AlarmsAsync()));
        var band = (await Branch.PageAsync(root, "/staff")).QuerySelector("[data-alarm=AuditBroken]")!;
        Assert.Contains("审计记录对不上", band.TextContent, StringComparison.Ordinal);
        Assert.Equal("/staff/audit", band.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task An_account_that_WeChat_refuses_is_an_alarm_on_this_node_and_on_others()
    {
        _office.Says("""{"errcode":48004,"errmsg":"api forbidden"}""");
        await _office.HappensAsync("openid-of-student-001", PostOffice.Corrected);
        await _office.SendAsync();
        Assert.Equal((AlarmKind.Refused, 48004), (Assert.Single(await AlarmsAsync()).Kind, (await AlarmsAsync())[0].ErrCode!.Value));

        await Bot.RestartAsync(); // another node, which has asked WeChat nothing

        Assert.Equal((AlarmKind.Refused, 48004), (Assert.Single(await AlarmsAsync()).Kind, (await AlarmsAsync())[0].ErrCode!.Value));
    }

    [Fact]
    public async Task A_message_that_waits_longer_than_an_hour_is_an_alarm_but_not_for_the_night()
    {
        await _office.HappensAsync("openid-of-student-001", PostOffice.Corrected);
        var due = Bot.Clock.GetUtcNow();
        Bot.Clock.Now = due.AddHours(1);
        Assert.Empty(await AlarmsAsync());

        Bot.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(new Alarm(AlarmKind.OutboxStuck, due), Assert.Single(await AlarmsAsync()));

        Bot.Clock.Now = TestClock.Start.AddHours(14); // midnight
        Assert.Empty(await AlarmsAsync());
        Bot.Clock.Now = TestClock.Start.AddHours(22.5); // half past eight
        Assert.Empty(await AlarmsAsync());
        Bot.Clock.Now = TestClock.Start.AddHours(23.5);
        Assert.Single(await AlarmsAsync());
    }

    [Fact]
    public async Task Quotas_are_read_by_the_job_shown_with_their_time_and_an_alarm_when_little_is_left_today()
    {
        PlanQuotas(path => path switch
        {
            "/cgi-bin/message/custom/send" => Quota(500_000, 460_000),
            "/cgi-bin/message/mass/send" => Quota(100, 100),
            "/cgi-bin/message/template/send" => """{"errcode":76022,"errmsg":"could not use this cgi_path, no permission"}""",
            _ => Quota(1000, 10),
        });
        await ReadQuotasAsync();
        await ReadQuotasAsync();

        Assert.Equal(
            [(AlarmKind.QuotaUsedUp, "/cgi-bin/message/mass/send"), (AlarmKind.QuotaLow, "/cgi-bin/message/custom/send")],
            (await AlarmsAsync()).Select(a => (a.Kind, a.What!)));
        Assert.Equal(CallQuotas.Paths.Count - 1, await Bot.InDb(db => db.CallQuotas.CountAsync()));
        var root = (await Desk.JoinAsync(Bot, "li", "administrator", "示例省")).Browser;
        var rows = (await Branch.PageAsync(root, "/staff/outbox")).QuerySelectorAll("#quotas tbody tr").Select(r => string.Join(' ', r.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains("客服消息不到一成 460,000 40,000 500,000", rows);
        Assert.Contains("按名单群发用完了 100 0 100", rows);
        Assert.DoesNotContain(rows, r => r.StartsWith("模板消息", StringComparison.Ordinal));

        PlanQuotas(_ => """{"errcode":45009,"errmsg":"reach max api daily quota limit"}""");
        await ReadQuotasAsync();
        Assert.Equal(2, (await AlarmsAsync()).Count); // that WeChat tells nothing now takes nothing back

        Bot.Clock.Now = TestClock.Start.AddDays(1);
        Assert.Empty(await AlarmsAsync()); // quotas are new at midnight
    }

    [Fact]
    public async Task Without_a_token_the_quota_job_fails_as_what_it_is_and_without_a_secret_both_do_nothing()
    {
        Bot.Network.Answer("/cgi-bin/stable_token", NotListed);
        var refused = await Assert.ThrowsAsync<WeChatException>(ReadQuotasAsync);
        Assert.Equal("wechat:40164", JobFailure.Of(refused).Word);
        Assert.Equal("wechat:40164", JobFailure.Of(await Assert.ThrowsAsync<WeChatException>(() => WarmAsync(Bot))).Word);

        await using var off = await BotUnderTest.StartAsync(("WeChat:Mp:AppSecret", ""), ("WeChat:Mini:AppSecret", ""));
        await WarmAsync(off);
        Assert.Equal(0, await off.DoAsync<CallQuotas, int>(quotas => quotas.ReadAsync(default)));
    }

    [Fact]
    public async Task The_mini_programs_token_keeps_nobody_from_the_accounts()
    {
        Bot.Network.Answer("/cgi-bin/stable_token", request => request.Content!.ReadAsStringAsync().GetAwaiter().GetResult().Contains(BotUnderTest.MiniAppId, StringComparison.Ordinal)
            ? """{"errcode":40125,"errmsg":"invalid appsecret"}""" : """{"access_token":"t","expires_in":7200}""");

        await WarmAsync(Bot);

        Assert.Equal("t", await Bot.DoAsync<WeChatApi, string>(api => api.AccessTokenAsync(WeChatAccount.Mp, default)));
    }

    [Fact]
    public async Task Warming_leaves_the_circuits_one_call_a_minute_to_who_sends()
    {
        _office.Says(NotListed);
        await _office.HappensAsync("openid-of-student-001", PostOffice.Corrected);
        await _office.SendAsync();
        Bot.Clock.Now += TimeSpan.FromMinutes(1);

        await WarmAsync(Bot); // the token is still good

        Assert.Equal("t", await Bot.DoAsync<WeChatApi, string>(api => api.AccessTokenAsync(WeChatAccount.Mp, default)));
    }

    private Task<IReadOnlyList<Alarm>> AlarmsAsync() => Bot.DoAsync<Alarms, IReadOnlyList<Alarm>>(alarms => alarms.ReadAsync(default));

    private Task<int> ReadQuotasAsync() => Bot.DoAsync<CallQuotas, int>(quotas => quotas.ReadAsync(default));

    private static async Task WarmAsync(BotUnderTest bot)
    {
        await using var scope = bot.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<WarmTokens>(scope.ServiceProvider).Execute(null!, default);
    }

    /// <returns>As the job's run would write it down; null when the log holds.</returns>
    private async Task<JobFailure?> CheckAsync()
    {
        await using var scope = Bot.Services.CreateAsyncScope();
        var fault = await Record.ExceptionAsync(() => ActivatorUtilities.CreateInstance<VerifyAudit>(scope.ServiceProvider).Execute(null!, default).AsTask());
        return fault is null ? null : JobFailure.Of(fault);
    }

    /// <summary>A run that ends at once, and a minute after it.</summary>
    private async Task RunAsync(string job, JobFailure? failure)
    {
        var runs = Bot.Services.GetRequiredService<JobRuns>();
        var run = await runs.BeginAsync(job, Bot.Clock.GetUtcNow(), default);
        await runs.EndAsync(job, run!.Value, failure is null ? JobOutcome.Done : JobOutcome.Failed, failure);
        Bot.Clock.Now += TimeSpan.FromMinutes(1);
    }

    private void PlanQuotas(Func<string, string> answer) => Bot.Network.Answer(
        "/cgi-bin/openapi/quota/get",
        request => answer(System.Text.Json.JsonDocument.Parse(request.Content!.ReadAsStringAsync().GetAwaiter().GetResult()).RootElement.GetProperty("cgi_path").GetString()!));

    private static string Quota(int limit, int used) => $$$"""{"errcode":0,"errmsg":"ok","quota":{"daily_limit":{{{limit}}},"used":{{{used}}},"remain":{{{limit - used}}}}}""";
}
