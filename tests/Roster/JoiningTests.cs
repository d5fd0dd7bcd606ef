using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

public sealed class JoiningTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务
        示例市,盟市,,,,,,,
        示例市/一班,,学生001,2008-05-01,13800000001,000000000001,团员,P1,
        示例市/一班,,学生002,2008-05-02,13800000002,,青年,P2,
        示例市/一班,,学生003,2008-05-03,,N3,团员,P3,
        示例市/一班,,学生003,2008-06-03,,N4,团员,P4,
        示例市/一班,,学生021,2008-05-21,,S000021,团员,P21,
        示例市/一班,,阿依·买买提,2008-05-22,,S000022,团员,P22,
        示例市/一班,,学生009,2014-05-03,13800000009,,少先队员,P9,
        示例市/二班,,学生005,,,N5,团员,P5,
        """;

    private BotUnderTest _bot = null!;
    private string _code = "";
    private int _branch;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        var branch = await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"));
        (_code, _branch) = (branch.JoinCode, branch.Id);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("000000000001")]
    [InlineData("0001")]
    [InlineData("０００１")]
    public async Task One_line_shows_the_notice_and_agreeing_binds(string number)
    {
        var notice = await _bot.SayAsync("o1", $"绑定 {_code} 学生001 {number}");
        Assert.Contains("示例市/一班", notice);
        Assert.Contains("保存什么", notice);
        Assert.Equal(0, await BoundAsync());

        var bound = await _bot.SayAsync("o1", "同意");

        Assert.Contains("绑定好了！学生001，", bound);
        var account = await AccountAsync("学生001");
        Assert.Equal(_branch, account.JoinOrganisationId);
        var consent = await _bot.InDb(db => db.Consents.SingleAsync());
        Assert.Equal((account.Id, "roster", 6, _bot.Clock.Now), (consent.AccountId, consent.Purpose, consent.Version, consent.GivenAt));
        Assert.Contains("示例市/一班（团员）", await _bot.SayAsync("o1", "我的"));
    }

    [Fact]
    public async Task The_dialogue_asks_for_code_name_and_number()
    {
        Assert.Contains("加入码", await _bot.SayAsync("o1", "绑定"));
        Assert.Contains("示例市/一班", await _bot.SayAsync("o1", _code.ToLowerInvariant().Insert(4, "-")));
        Assert.Contains("团员编号", await _bot.SayAsync("o1", "学生 ００１"));
        Assert.Contains("同意", await _bot.SayAsync("o1", "0001"));
        Assert.Contains("请回复", await _bot.SayAsync("o1", "好"));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意。"));
    }

    [Theory]
    [InlineData("绑定，{code}，学生021，S000021")]
    [InlineData("绑定：{code} 学生021 S000021")]
    [InlineData("绑定+{code}+学生021+S000021")]
    [InlineData("绑定、{code}、学生021、S000021")]
    [InlineData("绑定,{code}: 学生021,S000021")]
    [InlineData("绑定 {code} 学生021S000021")]
    [InlineData("绑定{code}学生021S000021")]
    [InlineData("绑定 学生021 {code} S000021")]
    [InlineData("绑定 {code} 阿依·买买提S000022")]
    [InlineData("绑定，{code}，阿依·买买提，S000022")]
    public async Task One_line_is_parted_as_phones_type_it(string line)
    {
        Assert.Contains("保存什么", await _bot.SayAsync("o1", line.Replace("{code}", _code)));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意"));
    }

    [Theory]
    [InlineData("{code} 学生021 S000021")]
    [InlineData("学生021，{code}，S000021")]
    public async Task Asked_for_the_code_one_may_send_the_whole_line(string line)
    {
        await _bot.SayAsync("o1", "绑定");
        Assert.Contains("保存什么", await _bot.SayAsync("o1", line.Replace("{code}", _code)));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意"));
    }

    [Fact]
    public async Task A_short_text_with_a_name_alone_is_not_cut()
        => Assert.Contains("团员编号", await _bot.SayAsync("o1", $"绑定 {_code} 学生021"));

    [Fact]
    public async Task What_cannot_be_a_code_costs_no_try()
    {
        await _bot.SayAsync("o1", "绑定");
        for (var i = 0; i < 6; i++)
        {
            Assert.Contains("加入码不对", await _bot.SayAsync("o1", "不知道呀"));
        }

        Assert.Contains("示例市/一班", await _bot.SayAsync("o1", _code));
    }

    [Fact]
    public async Task A_bare_code_begins_joining_as_if_typed_after_the_word()
    {
        Assert.Contains("示例市/一班", await _bot.SayAsync("o1", _code.ToLowerInvariant() + "。"));
        Assert.Contains("团员编号", await _bot.SayAsync("o1", "学生021"));
        Assert.Contains("同意", await _bot.SayAsync("o1", "S000021"));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意"));
    }

    [Fact]
    public async Task A_bare_unknown_code_is_not_understood_and_counts_as_a_try()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Contains("没学会", await _bot.SayAsync("o1", "ABCDEFGH"));
        }

        Assert.Contains("没学会", await _bot.SayAsync("o2", "ABCDEFG"));
        Assert.Contains("5 次", await _bot.SayAsync("o1", _code));
        Assert.Contains("5 次", await _bot.SayAsync("o1", "ABCDEFGH"));
    }

    [Fact]
    public async Task Scanning_the_branchs_code_asks_for_the_name_alone()
    {
        Assert.Contains("示例市/一班", (await _bot.Phone("o1").Scans("J" + _code)).Text);
        Assert.Contains("隐私", await _bot.SayAsync("o1", "学生002"));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "同意"));
    }

    [Fact]
    public async Task Who_does_not_agree_leaves_nothing_behind()
    {
        await _bot.SayAsync("o1", $"绑定 {_code} 学生001 0001", "不同意");

        Assert.Equal(0, await BoundAsync());
        Assert.Equal(0, await _bot.InDb(async db => await db.Consents.CountAsync() + await db.JoinRequests.CountAsync()));
        Assert.Null(await _bot.InDb(db => db.Accounts.Select(a => a.JoinOrganisationId).SingleAsync()));
    }

    [Theory]
    [InlineData("学生001 9999", JoinDoubt.Unknown)]
    [InlineData("学生777 0001", JoinDoubt.Unknown)]
    [InlineData("学生005 N5", JoinDoubt.Unknown)] // of another branch
    public async Task What_does_not_fit_looks_the_same_until_agreed_and_then_waits_for_the_secretary(string claim, JoinDoubt doubt)
    {
        var fits = await _bot.SayAsync("o0", $"绑定 {_code} 学生001 0001");
        var notice = await _bot.SayAsync("o1", $"绑定 {_code} {claim}");
        Assert.Equal(fits.Replace("学生001", claim[..5]), notice);

        Assert.Contains("团支书核对", await _bot.SayAsync("o1", "同意"));

        var request = await _bot.InDb(db => db.JoinRequests.SingleAsync());
        Assert.Equal((_branch, claim[..5], claim[6..], doubt), (request.OrganisationId, request.Name, request.Number, request.Doubt));
        Assert.Equal(0, await BoundAsync());
    }

    [Fact]
    public async Task Namesakes_are_not_guessed_between_but_their_numbers_tell_them_apart()
    {
        await _bot.Phone("o1").Scans("J" + _code);
        Assert.Contains("团支书核对", await _bot.SayAsync("o1", "学生003", "同意"));
        Assert.Equal(JoinDoubt.Ambiguous, await _bot.InDb(db => db.JoinRequests.Select(r => r.Doubt).SingleAsync()));

        Assert.Contains("绑定好了", await _bot.SayAsync("o1", $"绑定 {_code} 学生003 n4", "同意"));

        var request = await _bot.InDb(db => db.JoinRequests.SingleAsync());
        Assert.Equal((true, null, null), (request.Accepted, request.Name, request.Number));
    }

    [Fact]
    public async Task An_occupied_row_goes_to_the_secretary_and_the_holder_is_told_once()
    {
        await JoinAsync("o1", "学生001 0001");

        Assert.Contains("团支书核对", await _bot.SayAsync("o2", $"绑定 {_code} 学生001 0001", "同意"));

        Assert.Equal(JoinDoubt.Occupied, await _bot.InDb(db => db.JoinRequests.Select(r => r.Doubt).SingleAsync()));
        Assert.Contains("另一个微信号", await _bot.SayAsync("o1", "帮助"));
        Assert.DoesNotContain("另一个微信号", await _bot.SayAsync("o1", "帮助"));
    }

    [Fact]
    public async Task Five_wrong_tries_end_the_day_also_for_a_right_one()
    {
        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("同意", await _bot.SayAsync("o1", $"绑定 {_code} 学生001 999{i}"));
        }

        Assert.Contains("加入码不对", await _bot.SayAsync("o1", "绑定 ABCDEFGH 学生001 0001"));

        Assert.Contains("5 次", await _bot.SayAsync("o1", $"绑定 {_code} 学生001 0001"));
        Assert.Contains("同意", await _bot.SayAsync("o2", $"绑定 {_code} 学生001 0001"));
        _bot.Clock.Now = new DateTimeOffset(2026, 11, 20, 16, 0, 0, TimeSpan.Zero); // midnight in China
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", $"绑定 {_code} 学生001 0001", "同意"));
    }

    [Fact]
    public async Task Deleting_oneself_buys_no_more_tries_on_the_same_day()
    {
        for (var i = 0; i < 5; i++)
        {
            await _bot.SayAsync("o1", $"绑定 {_code} 学生001 999{i}");
        }

        await _bot.SayAsync("o1", "隐私 删除", "确认删除");
        Assert.Contains("5 次", await _bot.SayAsync("o1", $"绑定 {_code} 学生001 0001"));

        _bot.Clock.Now += TimeSpan.FromDays(1);
        Assert.Contains("同意", await _bot.SayAsync("o1", $"绑定 {_code} 学生001 0001"));
    }

    [Fact]
    public async Task A_child_under_14_needs_a_guardian_and_nothing_is_stored()
    {
        Assert.Contains("监护人", await _bot.SayAsync("o1", $"绑定 {_code} 学生009 0009"));
        Assert.Contains("没有等你同意", await _bot.SayAsync("o1", "同意"));

        Assert.Equal(0, await BoundAsync() + await _bot.InDb(async db => await db.Consents.CountAsync() + await db.JoinRequests.CountAsync()));
        Assert.Null(await _bot.InDb(db => db.Accounts.Select(a => a.JoinOrganisationId).SingleAsync()));
        _bot.Clock.Now = new DateTimeOffset(2028, 5, 3, 1, 0, 0, TimeSpan.Zero);
        Assert.Contains("同意", await _bot.SayAsync("o1", $"绑定 {_code} 学生009 0009"));
    }

    [Fact]
    public async Task A_member_cannot_join_again()
    {
        await JoinAsync("o1", "学生001 0001");

        Assert.Contains("已经绑定", await _bot.SayAsync("o1", "绑定"));
        Assert.Contains("已经绑定", await _bot.SayAsync("o1", $"绑定 {_code} 学生002 0002"));
    }

    private async Task JoinAsync(string openId, string claim) => Assert.Contains("绑定好了", await _bot.SayAsync(openId, $"绑定 {_code} {claim}", "同意"));

    private Task<int> BoundAsync() => _bot.InDb(db => db.Accounts.CountAsync(a => db.People.Any(p => p.Id == a.PersonId && p.Name != null)));

    private Task<Account> AccountAsync(string name) => _bot.InDb(db => db.Accounts.SingleAsync(a => db.People.Any(p => p.Id == a.PersonId && p.Name == name)));
}
