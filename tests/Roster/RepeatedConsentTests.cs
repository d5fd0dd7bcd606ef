using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>The last word of a dialogue comes when no dialogue waits for it: WeChat repeats it after a restart, or ten minutes have passed.</summary>
public sealed class RepeatedConsentTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市,盟市,,,,,
        示例市/一班,,学生001,2008-05-01,,N1,团员
        """;

    private BotUnderTest _bot = null!;
    private string _code = "";

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        _code = await _bot.InDb(db => db.Organisations.Where(o => o.Name == "一班").Select(o => o.JoinCode).SingleAsync());
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("学生001 N1", "绑定好了！学生001，你现在属于：示例市/一班")]
    [InlineData("学生777 N7", "已经交给示例市/一班的团支书核对")]
    public async Task A_repeated_agreement_gets_the_first_answer_again_after_a_restart(string claim, string answer)
    {
        await _bot.SayAsync("o1", $"绑定 {_code} {claim}");
        var first = await _bot.Phone("o1").Repeats("同意", 901);
        await _bot.RestartAsync();

        var second = await _bot.Phone("o1").Repeats("同意", 901);

        Assert.StartsWith(answer, second.Text, StringComparison.Ordinal);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(1, await _bot.InDb(db => db.Consents.CountAsync()));
    }

    [Fact]
    public async Task Another_agreement_is_not_taken_for_the_first_one()
    {
        await _bot.SayAsync("o1", $"绑定 {_code} 学生001 N1", "同意");

        Assert.Contains("没有等你同意", await _bot.SayAsync("o1", "同意"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agreeing_after_ten_minutes_binds_nobody_and_says_so()
    {
        await _bot.SayAsync("o1", $"绑定 {_code} 学生001 N1");
        _bot.Clock.Now += TimeSpan.FromMinutes(11);

        Assert.Contains("没有等你同意", await _bot.SayAsync("o1", "同意。"), StringComparison.Ordinal);
        Assert.Equal(0, await _bot.InDb(db => db.Consents.CountAsync()));
    }

    [Theory]
    [InlineData("撤回", "确认撤回", "已经撤回")]
    [InlineData("删除", "确认删除", "已经全部删除")]
    public async Task A_repeated_confirmation_is_answered_truthfully_after_a_restart(string what, string confirmation, string answer)
    {
        await _bot.SayAsync("o1", $"绑定 {_code} 学生001 N1", "同意", "隐私 " + what);
        Assert.Contains(answer, (await _bot.Phone("o1").Repeats(confirmation, 902)).Text, StringComparison.Ordinal);
        await _bot.RestartAsync();

        var second = await _bot.Phone("o1").Repeats(confirmation, 902);

        Assert.Contains("现在没有等你确认", second.Text, StringComparison.Ordinal);
        Assert.Contains("隐私 副本", second.Text, StringComparison.Ordinal);
        Assert.Contains("还没有绑定", await _bot.SayAsync("o1", "我的"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_confirmation_that_nothing_waits_for_changes_nothing()
    {
        await _bot.SayAsync("o1", $"绑定 {_code} 学生001 N1", "同意");

        Assert.Contains("没有等你确认", await _bot.SayAsync("o1", "确认删除"), StringComparison.Ordinal);
        Assert.Contains("没有等你确认", await _bot.SayAsync("o1", "确认撤回"), StringComparison.Ordinal);

        Assert.Contains("学生001", await _bot.SayAsync("o1", "我的"), StringComparison.Ordinal);
    }
}
