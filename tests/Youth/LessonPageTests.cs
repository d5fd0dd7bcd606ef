using System.Net;
using Bot.Core.Lessons;
using Bot.Tests.Support;

namespace Bot.Tests.Youth;

public sealed class LessonPageTests : IAsyncLifetime
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_page_can_be_read_before_any_script_and_tells_no_answer()
    {
        await _bot.Given(LessonGiven.Open("9-2", questions: 2));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var html = await ReadAsync(learner, "/y/lessons/9-2");

        Assert.Contains("过马路先看左右", html, StringComparison.Ordinal);
        Assert.Contains("看清再走", html, StringComparison.Ordinal);
        Assert.Contains("开始学习", html, StringComparison.Ordinal);
        Assert.Contains("周日 24:00 截止", html, StringComparison.Ordinal);
        Assert.DoesNotContain("先看清楚", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_the_open_lesson_is_shown()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");

        Assert.Contains("data-lesson=\"9-2\"", await ReadAsync(learner, "/y/lessons"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_people_on_one_phone_have_different_memories_and_each_keeps_its_own()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var first = await _bot.Phone("o-1").Opens("学习");
        var second = await _bot.Phone("o-2").Opens("学习");

        var mine = Learner(await ReadAsync(first, "/y/lessons/9-2"));

        Assert.Equal(mine, Learner(await ReadAsync(first, "/y/lessons/9-2")));
        Assert.NotEqual(mine, Learner(await ReadAsync(second, "/y/lessons/9-2")));
    }

    [Fact]
    public async Task A_finished_lesson_shows_its_receipt_which_anybody_can_check()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        var receipt = Completions.Shown((await learner.Finishes()).Receipt);

        var mine = await ReadAsync(learner, "/y/lessons/9-2");
        var anybodys = await _bot.Browser().GetAsync("/y/receipts/" + receipt);

        Assert.Contains(receipt, mine, StringComparison.Ordinal);
        Assert.Contains("不需要截图", mine, StringComparison.Ordinal);
        Assert.DoesNotContain("开始学习", mine, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, anybodys.StatusCode);
        Assert.Contains("这份回执有效", await anybodys.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("过马路先看左右", await ReadAsync(learner, "/y/lessons/9-2?again=true"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receipt_that_does_not_exist_is_not_found_and_may_be_typed_again()
    {
        var page = await _bot.Browser().GetAsync("/y/receipts/0000-0000-0000-0000");

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("没有这个编号的回执", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_lesson_says_that_it_is_made_up_now()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 23, 9, 0, 0, China);

        var html = await ReadAsync(learner, "/y/lessons/9-2");

        Assert.Contains("补学", html, StringComparison.Ordinal);
        Assert.Contains("已截止", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Before_its_opening_a_lesson_says_when_and_shows_nothing_of_itself()
    {
        await _bot.Given(
            LessonGiven.Open("9-2"),
            LessonGiven.Open("9-3") with { Opens = new DateTimeOffset(2026, 11, 23, 8, 0, 0, China), Closes = new DateTimeOffset(2026, 11, 30, 0, 0, 0, China), Title = "急救" });
        var learner = await _bot.Phone("o-1").Opens("学习");

        var html = await ReadAsync(learner, "/y/lessons/9-3");

        Assert.Contains("周一 08:00", html, StringComparison.Ordinal);
        Assert.DoesNotContain("过马路先看左右", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lesson_of_an_ended_season_can_no_longer_be_studied()
    {
        await _bot.Given(
            LessonGiven.Open("8-9") with { Opens = new DateTimeOffset(2026, 11, 2, 8, 0, 0, China), Closes = new DateTimeOffset(2026, 11, 9, 0, 0, 0, China) },
            LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var html = await ReadAsync(learner, "/y/lessons/8-9");

        Assert.Contains("这一季已经结束", html, StringComparison.Ordinal);
        Assert.DoesNotContain("开始学习", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_nothing_open_the_page_offers_what_can_be_made_up()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 23, 9, 0, 0, China);

        var html = await ReadAsync(learner, "/y/lessons");

        Assert.Contains("现在没有要学的内容", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/y/lessons/9-2\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_is_named_with_its_end()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 24, 9, 0, 0, China);
        await _bot.InDb(async db =>
        {
            db.Add(new PauseWeek { From = new DateOnly(2026, 11, 23), To = new DateOnly(2026, 11, 29), Name = "期末考试周" });
            await db.SaveChangesAsync();
        });

        var html = await ReadAsync(learner, "/y/lessons");

        Assert.Contains("期末考试周停课", html, StringComparison.Ordinal);
        Assert.Contains("11月29日", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_own_record_holds_each_period_of_the_season_with_its_state()
    {
        await _bot.Given(
            LessonGiven.Open("9-1") with { Opens = new DateTimeOffset(2026, 11, 9, 8, 0, 0, China), Closes = new DateTimeOffset(2026, 11, 16, 0, 0, 0, China), Title = "第一课" },
            LessonGiven.Open("9-2"));
        var learner = await (await _bot.Phone("o-1").Opens("学习")).StudiesFor(60);
        var receipt = Completions.Shown((await learner.Finishes()).Receipt);

        var html = await ReadAsync(learner, "/y/me");

        Assert.Contains("学了 1 期，共 2 期", html, StringComparison.Ordinal);
        Assert.Contains("/y/receipts/" + receipt, html, StringComparison.Ordinal);
        Assert.Contains("已截止，可补学", html, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(Learner learner, string path)
    {
        var page = await learner.Browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return await page.Content.ReadAsStringAsync();
    }

    private static string Learner(string html)
    {
        const string Mark = "data-learner=\"";
        var start = html.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        return html[start..html.IndexOf('"', start)];
    }
}
