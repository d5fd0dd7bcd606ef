using Bot.Core.Roster;
using Bot.Jobs.Privacy;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Roster;

/// <summary>A poster on the wall and a classmate's name are enough to study, not to be a whole class in turn or to make a row nameless.</summary>
public sealed class ProvenBindingTests : IAsyncLifetime
{
    private const string Roster =
        """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
        示例市/一班,,学生001,2008-05-01,13800000001,N1,团员
        示例市/一班,,学生002,2008-05-02,13800000002,N2,团员
        """;

    private BotUnderTest _bot = null!;
    private string _scene = "";

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        _scene = JoinCodes.ScenePrefix + (await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"))).JoinCode;
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("隐私 撤回", "确认撤回")]
    [InlineData("隐私 删除", "确认删除")]
    public async Task Whoever_stood_for_a_row_before_gives_a_number_for_the_next(string word, string confirmed)
    {
        await ScanAsync("学生001");
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意"));
        await _bot.SayAsync("o1", word, confirmed);

        Assert.Contains("团员编号", await ScanAsync("学生002"));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "0002", "同意"));
    }

    [Fact]
    public async Task Ninety_days_after_deleting_a_scanned_code_and_a_name_are_enough_again()
    {
        await ScanAsync("学生001");
        await _bot.SayAsync("o1", "同意", "隐私 删除", "确认删除");
        _bot.Clock.Now += TimeSpan.FromDays(90);

        Assert.Contains("隐私说明", await ScanAsync("学生001"));
    }

    [Fact]
    public async Task What_is_remembered_of_a_deleted_account_is_gone_after_ninety_days_and_not_before()
    {
        await ScanAsync("学生001");
        await _bot.SayAsync("o1", "同意", "隐私 删除", "确认删除");
        foreach (var (days, left) in new[] { (89, 1), (1, 0) })
        {
            _bot.Clock.Now += TimeSpan.FromDays(days);
            await using var scope = _bot.Services.CreateAsyncScope();
            await ActivatorUtilities.CreateInstance<ForgetDeletedAccounts>(scope.ServiceProvider).Execute(null!, CancellationToken.None);

            Assert.Equal(left, await _bot.InDb(db => db.SpentTries.CountAsync()));
        }
    }

    [Fact]
    public async Task A_name_alone_deletes_the_account_and_leaves_the_roster_row_its_name()
    {
        await ScanAsync("学生001");
        await _bot.SayAsync("o1", "同意");

        Assert.Contains("只核对了姓名", await _bot.SayAsync("o1", "隐私 删除"));
        Assert.Contains("名册上的姓名还在", await _bot.SayAsync("o1", "确认删除"));

        Assert.Equal(2, await _bot.InDb(db => db.People.CountAsync(p => p.Name != null)));
        Assert.False(await _bot.InDb(db => db.Accounts.AnyAsync(a => a.PersonId == db.People.First(p => p.Name == "学生001").Id)));
    }

    [Fact]
    public async Task With_the_right_number_the_row_becomes_nameless_and_a_wrong_one_deletes_nothing()
    {
        await ScanAsync("学生001");
        await _bot.SayAsync("o1", "同意", "隐私 删除");

        Assert.Contains("和名册对不上", await _bot.SayAsync("o1", "确认删除 9999"));
        Assert.Contains("学生001", await _bot.SayAsync("o1", "我的"));
        Assert.Contains("已经全部删除", await _bot.SayAsync("o1", "隐私 删除", "确认删除 0001"));

        Assert.Equal("学生002", await _bot.InDb(db => db.People.Where(p => p.Name != null).Select(p => p.Name).SingleAsync()));
    }

    [Fact]
    public async Task The_number_to_delete_cannot_be_tried_out()
    {
        await ScanAsync("学生001");
        await _bot.SayAsync("o1", "同意", "隐私 删除");
        for (var i = 0; i < 5; i++)
        {
            await _bot.SayAsync("o1", $"确认删除 900{i}");
        }

        Assert.Contains("5 次", await _bot.SayAsync("o1", "确认删除 0001"));
        Assert.Equal(2, await _bot.InDb(db => db.People.CountAsync(p => p.Name != null)));
    }

    private async Task<string> ScanAsync(string name)
    {
        await _bot.Phone("o1").Scans(_scene);
        return await _bot.SayAsync("o1", name);
    }
}
