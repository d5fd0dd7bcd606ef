using System.Net;
using System.Text;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>The longest path that a roster file may hold: no sentence is cut because of it.</summary>
public sealed class LongPathTests : IAsyncLifetime
{
    private const int Levels = 20;
    private const int NameLength = 60;

    private BotUnderTest _bot = null!;
    private Organisation _branch = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        Assert.Empty((await _bot.ImportAsync(Roster(Levels, NameLength))).Faults.First);
        _branch = await _bot.InDb(db => db.Organisations.AsNoTracking().SingleAsync(o => o.Name == Name(Levels, NameLength)));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData(Levels + 1, NameLength)]
    [InlineData(Levels, NameLength + 1)]
    public async Task A_longer_one_is_refused(int levels, int nameLength) => Assert.NotEmpty((await _bot.ImportAsync(Roster(levels, nameLength))).Faults.First);

    [Fact]
    public async Task The_privacy_notice_becomes_a_card_that_names_the_branch_and_agreeing_binds()
    {
        var asked = await _bot.Phone("o1").Sends($"绑定 {_branch.JoinCode}");
        IsWhole(asked, "请发你的姓名。");

        var card = await _bot.Phone("o1").Sends($"绑定 {_branch.JoinCode} 学生001 N1");

        Assert.Contains("<Articles>", card.Body, StringComparison.Ordinal);
        Assert.Contains("学生001", card.Text, StringComparison.Ordinal);
        Assert.Contains($"/…/{Name(Levels - 1, NameLength)}/{Name(Levels, NameLength)}\n", card.Text, StringComparison.Ordinal);
        Assert.Contains("回复“同意”就绑定", card.Text, StringComparison.Ordinal);
        Assert.Equal(BotUnderTest.PublicUrl + "/y/privacy#roster", card.Link);
        var page = await _bot.Browser().GetAsync("/y/privacy");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("id=\"roster\"", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        IsWhole(await _bot.Phone("o1").Sends("同意"), "不用截图。");
        Assert.Equal(1, await _bot.InDb(db => db.Accounts.CountAsync(a => a.JoinOrganisationId == _branch.Id)));
    }

    [Fact]
    public async Task The_secretarys_check_is_told_in_a_whole_sentence()
    {
        await _bot.SayAsync("o1", $"绑定 {_branch.JoinCode} {new string('名', 60)} N7");

        IsWhole(await _bot.Phone("o1").Sends("同意"), "照常学习。");
    }

    [Fact]
    public async Task The_own_record_becomes_a_card_that_leads_to_the_record_page()
    {
        await _bot.SayAsync("o1", $"绑定 {_branch.JoinCode} 学生001 N1", "同意");
        var phone = _bot.Phone("o1");

        var card = await phone.Sends("我的");

        Assert.Contains("<Articles>", card.Body, StringComparison.Ordinal);
        Assert.Equal("/y/me", (await phone.Browser.GetAsync(card.Link!)).Headers.Location!.ToString());
    }

    private static void IsWhole(Said said, string ending)
    {
        Assert.InRange(Encoding.UTF8.GetByteCount(said.Text), 1, 1999);
        Assert.EndsWith(ending, said.Text, StringComparison.Ordinal);
        Assert.Contains("/…/", said.Text, StringComparison.Ordinal);
    }

    private static string Roster(int levels, int nameLength)
        => $"组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n{string.Join('/', Enumerable.Range(1, levels).Select(level => Name(level, nameLength)))},,学生001,2008-05-01,,N1,团员\n";

    /// <summary>Three bytes a character, the most there are for one of a name's sixty.</summary>
    private static string Name(int level, int length) => new((char)('一' + level), length);
}
