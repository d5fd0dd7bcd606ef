using Bot.Core.HelpLine;
using Bot.Core.Staff;
using Bot.Jobs.HelpLine;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bot.Tests.HelpLine;

/// <summary>What time does: alerts go from person to person, clocks run down, starts are settled, cases go back, pictures are fetched.</summary>
public sealed class HelpRoundTests : IAsyncLifetime
{
    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync()
    {
        _room = await HelpRoom.OpenAsync();
        foreach (var login in new[] { "zhao", "qian", "sun" })
        {
            var id = await _room.IdAsync(login);
            var account = await _room.Bot.Services.GetRequiredService<Core.Roster.Accounts>().FindOrAddAsync(Support.BotUnderTest.AppId, "o-" + login, default);
            await _room.Bot.InDb(async db =>
            {
                db.Add(new StaffLink { StaffId = id, AccountId = account.Id, LinkedAt = _room.Bot.Clock.GetUtcNow(), MessageKey = "link-" + login });
                await db.SaveChangesAsync();
            });
        }
    }

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task A_crisis_calls_those_on_duty_then_the_next_then_the_team_then_the_supervisors_until_one_acknowledges()
    {
        await DutyAsync("zhao");
        await DutyAsync("qian", inHours: 9);
        await DutyAsync("sun", inHours: 18);
        await _room.Bot.Phone("o-1").Sends("我不想活了");

        await CalledAsync("o-zhao");
        await CalledAsync();
        _room.Passes(TimeSpan.FromMinutes(3));
        await CalledAsync("o-qian"); // the next on the plan, and not yet the one after
        await CalledAsync();
        _room.Passes(TimeSpan.FromMinutes(1.5));
        await CalledAsync("o-zhao", "o-qian", "o-sun"); // nobody of the team is available: all of it
        await CalledAsync();
        _room.Passes(TimeSpan.FromMinutes(1.5));
        await CalledAsync("o-sun");
        _room.Passes(TimeSpan.FromMinutes(3));
        await CalledAsync("o-zhao", "o-qian", "o-sun"); // everybody, again and again
        Assert.Null(await _room.RefusalAsync<HelpAlerts, int>("sun", async (alerts, me) => await alerts.AcknowledgeAsync(me, (await alerts.OpenAsync(me, default))[0].Id, default)));
        _room.Passes(TimeSpan.FromMinutes(3));
        await CalledAsync();
    }

    [Fact]
    public async Task Where_nobody_is_on_duty_next_within_a_day_the_team_is_called_in_their_place()
    {
        await DutyAsync("zhao");
        await DutyAsync("zhao", inHours: 12); // who has been called already is no next
        await DutyAsync("qian", inHours: 25);
        await _room.Bot.Phone("o-1").Sends("我不想活了");
        await CalledAsync("o-zhao");
        _room.Passes(TimeSpan.FromMinutes(3));

        await CalledAsync("o-zhao", "o-qian", "o-sun");
    }

    [Fact]
    public async Task At_night_too_and_where_nobody_is_on_duty_the_next_are_called_at_once()
    {
        _room.Bot.Clock.Now = Support.TestClock.Start.AddHours(16);
        await _room.Bot.Phone("o-1").Sends("我不想活了");

        await _room.RoundAsync();
        await CalledAsync("o-zhao", "o-qian", "o-sun");
    }

    [Fact]
    public async Task Who_reads_the_topic_no_more_is_not_called_whatever_the_plan_says()
    {
        await DutyAsync("zhao");
        await _room.TeamAsync("zhao", HelpTopic.Law);
        await _room.Bot.Phone("o-1").Sends("我不想活了");

        await _room.RoundAsync();
        await CalledAsync("o-qian", "o-sun");
    }

    [Fact]
    public async Task Who_has_left_is_in_no_plan_and_in_no_team_and_that_nobody_is_there_is_an_error()
    {
        await DutyAsync("zhao");
        await _room.Bot.Phone("o-1").Sends("我不想活了");
        foreach (var login in new[] { "zhao", "qian", "sun" })
        {
            await _room.Bot.RunAsync("staff", "leave", login);
        }

        Assert.Equal((0, 0), (await _room.Bot.InDb(db => db.HelpDuties.CountAsync()), await _room.Bot.InDb(db => db.HelpTeamMembers.CountAsync())));
        for (var level = 0; level < 3; level++)
        {
            await CalledAsync();
        }

        Assert.Contains("finds nobody to call", _room.Bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_alert_says_in_WeChat_tells_nothing_of_the_case()
    {
        await DutyAsync("zhao");
        await _room.Bot.Phone("o-1").Sends("我不想活了");
        await _room.RoundAsync();
        await _room.SendAllAsync();

        Assert.Equal(("o-zhao", "求助台有人在等，请打开工作台"), Assert.Single(_room.Office.Given));
    }

    [Fact]
    public async Task Acknowledged_and_still_unanswered_a_crisis_calls_again()
    {
        await DutyAsync("zhao");
        await _room.Bot.Phone("o-1").Sends("我不想活了");
        await CalledAsync("o-zhao");
        Assert.Null(await _room.RefusalAsync<HelpAlerts, int>("zhao", async (alerts, me) => await alerts.AcknowledgeAsync(me, (await alerts.OpenAsync(me, default))[0].Id, default)));

        _room.Passes(TimeSpan.FromMinutes(7));

        await CalledAsync("o-zhao");
    }

    [Fact]
    public async Task A_case_that_nobody_answers_in_time_calls_and_an_answer_ends_it()
    {
        await DutyAsync("zhao");
        var id = await _room.AskedAsync("o-1", "想问问租房合同", "1");
        await CalledAsync();
        _room.Passes(TimeSpan.FromMinutes(31));

        await CalledAsync("o-zhao");
        Assert.Equal(HelpAlertKind.Overdue, await _room.Bot.InDb(db => db.HelpAlerts.Select(a => a.Kind).SingleAsync()));
        await _room.RepliesAsync(_room.Zhao, id, "我在");

        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpAlerts.CountAsync(a => a.AcknowledgedAt == null)));
        Assert.Equal(HelpClock.Resolution, (await _room.OfAsync(id)).Clock);
    }

    [Fact]
    public async Task Questions_that_stay_unanswered_open_the_case_or_leave_nothing()
    {
        await _room.Bot.Phone("o-1").Sends("求助");
        var second = _room.Bot.Phone("o-2");
        await second.Sends("求助");
        await second.Sends("2");
        _room.Passes(TimeSpan.FromMinutes(11));

        await _room.RoundAsync();

        Assert.Equal((HelpState.Open, HelpTopic.Mind), await _room.Bot.InDb(async db => (await db.HelpCases.Select(c => new { c.State, c.Topic }).SingleAsync()) is var c ? (c.State, c.Topic) : default));
    }

    [Fact]
    public async Task A_case_goes_back_to_the_queue_when_its_counsellor_has_left()
    {
        var id = await _room.AskedAsync("o-1", "这几天睡不着", "2");
        Assert.Null(await _room.RefusalAsync<HelpSteps, int>("zhao", async (steps, me) => await steps.AssignAsync(me, id, (await _room.OfAsync(id)).Version, me.StaffId, default)));
        await _room.RoundAsync();
        Assert.NotNull((await _room.OfAsync(id)).AssignedId);

        await _room.Bot.RunAsync("staff", "leave", "zhao");
        await _room.RoundAsync();

        Assert.Null((await _room.OfAsync(id)).AssignedId);
    }

    [Fact]
    public async Task A_picture_is_fetched_at_once_and_lies_there_sealed()
    {
        var asked = new List<string>();
        var id = await _room.AskedAsync("o-1", "看这张图", "2");
        await _room.Bot.Phone("o-1").SendsPicture();
        _room.Bot.Network.Answer("/cgi-bin/media/get", request =>
        {
            asked.Add(request.RequestUri!.Query);
            return "GIF89a-the-picture";
        });

        await _room.RoundAsync();
        await _room.RoundAsync();

        Assert.Single(asked);
        var picture = await _room.Bot.InDb(db => db.HelpMessages.AsNoTracking().SingleAsync(m => m.Kind == HelpKind.Picture));
        Assert.Equal(HelpMediaState.Stored, picture.Media);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_room.Bot.Folder, "help-media"), "*", SearchOption.AllDirectories));
        Assert.DoesNotContain("GIF89a", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        var read = await _room.AsAsync<HelpCases, Core.Result<HelpFile>>("qian", (cases, me) => cases.MediaAsync(me, id, picture.Id, default));
        Assert.False(read.IsRefused(out _, out var bytes));
        Assert.Equal("GIF89a-the-picture", System.Text.Encoding.ASCII.GetString(bytes!.Bytes));
        Assert.Equal(1, await _room.ReadsAsync(id, "qian"));
    }

    /// <summary>The process fetches a picture, which takes its time; meanwhile somebody cries.</summary>
    [Fact]
    public async Task WeChat_that_lets_a_picture_wait_holds_up_no_alert()
    {
        var (asked, answers) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new ManualResetEventSlim());
        await DutyAsync("zhao");
        await _room.AskedAsync("o-1", "看这张图", "2");
        await _room.Bot.Phone("o-1").SendsPicture();
        _room.Bot.Network.Answer("/cgi-bin/media/get", _ =>
        {
            asked.TrySetResult();
            answers.Wait();
            return "GIF89a-the-picture";
        });
        using var loop = new HelpLoop(
            _room.Bot.Services.GetRequiredService<HelpRounds>(), _room.Bot.Services.GetRequiredService<HelpMedia>(), TimeProvider.System, NullLogger<HelpLoop>.Instance);
        var running = Task.Run(() => loop.StartAsync(default));
        try
        {
            await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));

            await _room.Bot.Phone("o-2").Sends("我不想活了");

            Assert.True(await WithinAsync(TimeSpan.FromSeconds(30), () => _room.Bot.InDb(db => db.HelpAlerts.AnyAsync(a => a.Kind == HelpAlertKind.Crisis && a.Level == 1))));
            Assert.Equal(HelpMediaState.Wanted, await _room.Bot.InDb(db => db.HelpMessages.Where(m => m.Kind == HelpKind.Picture).Select(m => m.Media).SingleAsync()));
        }
        finally
        {
            answers.Set();
            await running;
            await loop.StopAsync(default);
        }
    }

    /// <summary>Its key is damaged: no step can be written into it.</summary>
    [Fact]
    public async Task A_case_that_cannot_be_given_back_holds_up_none_of_the_others()
    {
        var ids = new[] { await _room.AskedAsync("o-1", "这几天睡不着", "2"), await _room.AskedAsync("o-2", "想问问租房合同", "2") };
        foreach (var id in ids)
        {
            Assert.Null(await _room.RefusalAsync<HelpSteps, int>("zhao", async (steps, me) => await steps.AssignAsync(me, id, (await _room.OfAsync(id)).Version, me.StaffId, default)));
        }

        await SpoilKeyAsync(ids[0]);
        await _room.Bot.RunAsync("staff", "leave", "zhao");
        await _room.RoundAsync();

        Assert.Null((await _room.OfAsync(ids[1])).AssignedId);
        Assert.Contains($"Case {ids[0]} cannot be given back", _room.Bot.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("睡不着", _room.Bot.Log.Text, StringComparison.Ordinal);
    }

    private async Task SpoilKeyAsync(int id)
    {
        var keyId = (await _room.OfAsync(id)).KeyId;
        var file = Directory.GetFiles(_room.Bot.Folder, keyId + ".key", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }

    private static async Task<bool> WithinAsync(TimeSpan time, Func<Task<bool>> isSo)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begun) < time; await Task.Delay(20))
        {
            if (await isSo())
            {
                return true;
            }
        }

        return false;
    }

    private async Task DutyAsync(string login, int inHours = -1)
    {
        var (who, area) = (await _room.IdAsync(login), await Staff.Desk.OrganisationAsync(_room.Bot, "示例省"));
        await _room.Bot.InDb(async db =>
        {
            var now = _room.Bot.Clock.GetUtcNow();
            db.Add(new HelpDuty { StaffId = who, OrganisationId = area, BeginsAt = now.AddHours(inHours), EndsAt = now.AddHours(inHours + 10) });
            await db.SaveChangesAsync();
        });
    }

    /// <summary>One round, and who is sent something by it.</summary>
    private async Task CalledAsync(params string[] openIds)
    {
        var before = _room.Office.Given.Count;
        await _room.RoundAsync();
        await _room.SendAllAsync();
        Assert.Equal(openIds.Order(StringComparer.Ordinal), _room.Office.Given.Skip(before).Select(g => g.To).Order(StringComparer.Ordinal));
    }
}
