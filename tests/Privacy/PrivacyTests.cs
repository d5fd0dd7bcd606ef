using System.Net;
using System.Text;
using System.Text.Json;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Server.Privacy;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Privacy;

public sealed class PrivacyTests : IAsyncLifetime
{
    private const string Roster = """
        组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务
        示例市,盟市,,,,,,
        示例市/一班,,学生001,2008-05-01,13800000001,N1,团员,书记
        示例市/一班,,学生002,2008-05-02,13800000002,N2,团员,
        """;

    private BotUnderTest _bot = null!;
    private Organisation _branch = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Roster);
        _branch = await _bot.InDb(db => db.Organisations.AsNoTracking().SingleAsync(o => o.Name == "一班"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task The_notice_says_what_is_stored_and_which_consents_were_given()
    {
        var before = await _bot.SayAsync("o1", "隐私");
        Assert.Contains("还没有同意过", before);
        await JoinAsync("o1");

        var after = await _bot.SayAsync("o1", "隐私");

        Assert.Contains("今天 10:00，你同意了“加入团支部”", after);
        Assert.Contains("转接时的两边支部，没人接时定去向的共同上级", after); // the text itself and not a card
        Assert.InRange(Encoding.UTF8.GetByteCount(after), 1, 1950);
    }

    [Fact]
    public async Task The_menu_waits_for_its_own_words_and_leaves_the_others_alone()
    {
        await _bot.SayAsync("o1", "隐私");

        Assert.Contains("没学会", await _bot.SayAsync("o1", "今天天气"));
        Assert.Contains("是想发“学习”", await _bot.SayAsync("o1", "学系"));
        Assert.Contains("没有等你同意", await _bot.SayAsync("o1", "同意"));
        Assert.Contains("看我们存了你的哪些信息", await _bot.SayAsync("o1", "副本"));
        Assert.Contains("还没有绑定", await _bot.SayAsync("o1", "更正"));
        Assert.Contains("回复一个词", await _bot.SayAsync("o1", "隐私 看看"));
    }

    [Fact]
    public async Task Withdrawing_takes_the_account_off_the_roster_row_and_leaves_the_row()
    {
        await JoinAsync("o1");
        var person = await PersonAsync("学生001");
        await StudyAsync(person.Id);

        Assert.Contains("确认撤回", await _bot.SayAsync("o1", "隐私", "撤回"));
        Assert.Contains("已经撤回", await _bot.SayAsync("o1", "确认撤回"));

        var account = await _bot.InDb(db => db.Accounts.AsNoTracking().SingleAsync());
        Assert.NotEqual(person.Id, account.PersonId);
        Assert.Equal((null, 1), (account.JoinOrganisationId, account.SessionEpoch));
        Assert.Equal(_bot.Clock.Now, (await _bot.InDb(db => db.Consents.AsNoTracking().SingleAsync())).WithdrawnAt);
        Assert.Equal("学生001", (await PersonAsync("学生001")).Name);
        Assert.Equal(person.Id, (await _bot.InDb(db => db.Completions.AsNoTracking().SingleAsync())).PersonId);
        Assert.Contains("没有可以撤回", await _bot.SayAsync("o1", "隐私 撤回"));
        await JoinAsync("o1");
    }

    [Fact]
    public async Task Withdrawing_takes_back_a_wish_that_waits()
    {
        await _bot.SayAsync("o1", $"绑定 {_branch.JoinCode} 学生777 1234", "同意", "隐私 撤回", "确认撤回");

        Assert.Equal(0, await _bot.InDb(db => db.JoinRequests.CountAsync()));
    }

    [Fact]
    public async Task Anything_but_the_confirmation_changes_nothing()
    {
        await JoinAsync("o1");

        Assert.Contains("没有改动", await _bot.SayAsync("o1", "隐私 撤回", "好"));
        Assert.Contains("没有改动", await _bot.SayAsync("o1", "隐私 删除", "好"));

        Assert.Contains("学生001", await _bot.SayAsync("o1", "我的"));
    }

    [Fact]
    public async Task A_copy_shows_everything_to_the_person_alone_with_the_phone_masked()
    {
        await JoinAsync("o-who-asks");
        await StudyAsync((await PersonAsync("学生001")).Id);
        await _bot.SayAsync("o-who-asks", "隐私 更正 生日不对");
        var phone = _bot.Phone("o-who-asks");
        var link = (await phone.Sends("隐私 副本")).Link!;
        Assert.DoesNotContain("o-who-asks", link);

        var page = await phone.Browser.OpenAsync(link);
        var shown = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var json = await (await phone.Browser.GetAsync(PrivacyCommand.CopyPath + ".json")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.All(["138****0001", "示例市/一班", "生日不对", "9-1 示例"], part => Assert.Contains(part, shown, StringComparison.Ordinal));

        using var copy = JsonDocument.Parse(json);
        var root = copy.RootElement;
        Assert.Equal("138****0001", root.GetProperty("名册信息").GetProperty("手机号").GetString());
        Assert.Equal("示例市/一班", root.GetProperty("所在组织")[0].GetProperty("组织").GetString());
        Assert.Equal("书记", root.GetProperty("所在组织")[0].GetProperty("职务").GetString());
        Assert.Equal("9-1 示例", root.GetProperty("学习记录")[0].GetProperty("课程").GetString());
        Assert.Equal("加入团支部", root.GetProperty("同意记录")[0].GetProperty("用途").GetString());
        Assert.Equal("生日不对", root.GetProperty("申请")[0].GetProperty("内容").GetString());
        Assert.DoesNotContain("13800000001", json);
        Assert.DoesNotContain("学生002", json);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _bot.Browser().GetAsync(PrivacyCommand.CopyPath)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _bot.Browser().GetAsync(PrivacyCommand.CopyPath + ".json")).StatusCode);
    }

    [Fact]
    public async Task A_correction_waits_in_the_tray_of_the_own_branch_and_is_forgotten_when_done()
    {
        await JoinAsync("o1");
        Assert.Contains("一段话", await _bot.SayAsync("o1", "隐私", "更正"));
        Assert.Contains("已经交给", await _bot.SayAsync("o1", "学习 记录少了一期"));
        Assert.Contains("还没有绑定", await _bot.SayAsync("o9", "隐私 更正 我没有支部"));

        var item = Assert.Single(await TrayAsync(_branch.Id));
        Assert.Equal("学习 记录少了一期", item.Text);
        Assert.Equal("学生001", item.Name);
        Assert.Empty(await TrayAsync(_branch.ParentId!.Value)); // the branch has a secretary
        await _bot.DoAsync<TrayCorrections, object>(async t => await t.CloseAsync(item.Id, [_branch.Id], true, null, "s", CancellationToken.None));

        Assert.Empty(await TrayAsync(_branch.Id));
        Assert.Null((await _bot.InDb(db => db.CorrectionRequests.AsNoTracking().SingleAsync(r => r.Id == item.Id))).Text);
        Assert.Contains("处理好了", await _bot.SayAsync("o1", "帮助"));
    }

    [Fact]
    public async Task Corrections_are_bounded_in_length_and_number()
    {
        await JoinAsync("o1");
        Assert.Contains("500", await _bot.SayAsync("o1", "隐私 更正 " + new string('长', 501)));
        for (var i = 0; i < 3; i++)
        {
            Assert.Contains("收到", await _bot.SayAsync("o1", $"隐私 更正 第{i}条"));
        }

        Assert.Contains("3 条", await _bot.SayAsync("o1", "隐私 更正 第四条"));
    }

    [Fact]
    public async Task Deleting_leaves_a_nameless_row_so_that_counts_still_agree()
    {
        await JoinAsync("o1");
        var person = await PersonAsync("学生001");
        await StudyAsync(person.Id);

        Assert.Contains("确认删除", await _bot.SayAsync("o1", "隐私 删除"));
        Assert.Contains("全部删除", await _bot.SayAsync("o1", "确认删除"));

        var left = await _bot.InDb(db => db.People.AsNoTracking().SingleAsync(p => p.Id == person.Id));
        Assert.Equal(
            (null, null, null, null, null, null, null, _bot.Clock.Now),
            (left.Name, left.NameKey, left.BirthDate, left.MemberNumber, left.RosterId, left.PhoneSealed, left.PhoneLast4, left.ErasedAt));
        Assert.Equal(0, await _bot.InDb(async db => await db.Accounts.CountAsync() + await db.Consents.CountAsync() + await db.JoinRequests.CountAsync()));
        var membership = await _bot.InDb(db => db.Memberships.AsNoTracking().SingleAsync(m => m.PersonId == person.Id));
        Assert.Equal((null, null), (membership.Until, membership.Duty));
        Assert.Equal(2, await _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == _branch.Id).Select(h => h.Members).SingleAsync()));
        Assert.Equal(1, await _bot.InDb(db => db.Completions.CountAsync(c => c.PersonId == person.Id)));
        var lesson = await _bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        Assert.Equal(0, await _bot.DoAsync<Tallies, int>(t => t.RebuildAsync(lesson, CancellationToken.None)));
        Assert.Equal("person.erased", (await _bot.InDb(db => db.AuditEntries.SingleAsync(a => a.Action != "roster.imported"))).Action);
        Assert.Contains("还没有绑定", await _bot.SayAsync("o1", "我的"));
    }

    [Theory]
    [InlineData("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n示例市/一班,,学生001,2008-05-01,13800000001,N1,团员,书记")]
    [InlineData("组织路径,组织类型,人员标识,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,P1,学生001,2008-05-01,13800000001,N1,团员")]
    public async Task The_next_roster_file_finds_a_deleted_person_and_stores_no_name_again(string next)
    {
        await JoinAsync("o1");
        var person = await PersonAsync("学生001");
        await _bot.SayAsync("o1", "隐私 删除", "确认删除");

        var imported = await _bot.ImportAsync(next);

        Assert.Equal((0, 0, 1, 1), (imported.PeopleNew, imported.PeopleChanged, imported.PeopleUnchanged, imported.PeopleErased));
        Assert.Equal(2, await _bot.InDb(db => db.People.CountAsync(p => db.Memberships.Any(m => m.PersonId == p.Id && m.Until == null))));
        Assert.Equal((null, null), await _bot.InDb(db => db.People.Where(p => p.Id == person.Id).Select(p => new ValueTuple<string?, byte[]?>(p.Name, p.PhoneSealed)).SingleAsync()));
        Assert.Equal(2, await MembersAsync());
    }

    [Fact]
    public async Task A_deleted_person_without_numbers_is_known_by_name_birth_date_and_organisation()
    {
        const string Row = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生003,2008-05-03,13800000003,,团员";
        await _bot.ImportAsync(Row);
        Assert.Contains("绑定好了", await _bot.SayAsync("o3", $"绑定 {_branch.JoinCode} 学生003 0003", "同意"));
        await _bot.SayAsync("o3", "隐私 删除", "确认删除");

        var again = await _bot.ImportAsync(Row);

        Assert.Equal((0, 1), (again.PeopleNew, again.PeopleErased));
        Assert.Equal(1, (await _bot.ImportAsync(Row.Replace("05-03", "05-04", StringComparison.Ordinal))).PeopleNew);
    }

    [Fact]
    public async Task A_deleted_person_who_joins_again_gets_the_nameless_row_back_and_counts_once()
    {
        const string Next = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,2008-05-01,13800000001,N1,团员";
        await JoinAsync("o1");
        var person = await PersonAsync("学生001");
        await _bot.SayAsync("o1", "隐私 删除", "确认删除", $"绑定 {_branch.JoinCode} 学生001 0001", "同意");
        var item = Assert.Single(await TrayAsync(_branch.Id));
        var candidates = await _bot.DoAsync<TrayJoins, IReadOnlyList<TrayCandidate>>(
            async t => (await t.CandidatesAsync(item.Id, [_branch.Id], CancellationToken.None)).IsRefused(out _, out var rows) ? [] : rows);
        Assert.Equal((person.Id, null), (candidates[^1].PersonId, candidates[^1].Name));

        await _bot.DoAsync<TrayJoins, object>(async t => await t.AcceptAsync(item.Id, [_branch.Id], person.Id, "s", CancellationToken.None));

        Assert.Equal((2, person.Id), (await MembersAsync(), (await PersonAsync("学生001")).Id));
        Assert.Equal((0, 1, 0), await _bot.ImportAsync(Next) is var imported ? (imported.PeopleNew, imported.PeopleChanged, imported.PeopleErased) : default);
        Assert.Equal("N1", (await PersonAsync("学生001")).MemberNumber);
        await _bot.SayAsync("o1", "隐私 删除", "确认删除");
        Assert.Equal((0, 1), await _bot.ImportAsync(Next) is var again ? (again.PeopleNew, again.PeopleErased) : default);
    }

    [Fact]
    public async Task A_deleted_person_moves_with_the_roster_and_stays_nameless()
    {
        await JoinAsync("o1");
        var person = await PersonAsync("学生001");
        await _bot.SayAsync("o1", "隐私 删除", "确认删除");
        _bot.Clock.Now += TimeSpan.FromDays(1);

        var imported = await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/二班,,学生001,2008-05-01,,N1,团员");

        Assert.Equal((0, 1, 1, 1), (imported.PeopleNew, imported.PeopleChanged, imported.PeopleMoved, imported.PeopleErased));
        Assert.Equal(1, await MembersAsync());
        Assert.Null(await _bot.InDb(db => db.People.Where(p => p.Id == person.Id).Select(p => p.NameKey).SingleAsync()));
        Assert.Equal("二班", await _bot.InDb(db => db.Memberships.Where(m => m.PersonId == person.Id && m.Until == null)
            .Join(db.Organisations, m => m.OrganisationId, o => o.Id, (_, o) => o.Name).SingleAsync()));
    }

    [Fact]
    public async Task A_session_ends_with_the_account()
    {
        var phone = _bot.Phone("o1");
        Assert.Equal(HttpStatusCode.OK, (await phone.Browser.OpenAsync((await phone.Sends("隐私 副本")).Link!)).StatusCode);

        await _bot.SayAsync("o1", "隐私 删除", "确认删除");

        Assert.Equal(HttpStatusCode.Unauthorized, (await phone.Browser.GetAsync(PrivacyCommand.CopyPath)).StatusCode);
    }

    [Fact]
    public async Task WeChats_notice_that_an_account_is_cancelled_erases_its_person()
    {
        await JoinAsync("o1");

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(200, (await _bot.Phone("o1").Cancels()).Status);
        }

        Assert.Equal(0, await _bot.InDb(async db => await db.Accounts.CountAsync() + await db.People.CountAsync(p => p.Name == "学生001")));
        Assert.Equal(1, await _bot.InDb(db => db.AuditEntries.CountAsync(a => a.Actor == "platform")));
    }

    [Fact]
    public async Task The_operator_erases_by_openid_or_member_number()
    {
        await JoinAsync("o1");

        Assert.Equal(0, (await _bot.RunAsync("erase", "--openid", "o1")).Code);
        Assert.Equal(0, (await _bot.RunAsync("erase", "--member", "N2")).Code);
        Assert.DoesNotContain("OrderBy", _bot.Log.Text, StringComparison.Ordinal);
        Assert.Equal(1, (await _bot.RunAsync("erase", "--member", "N2")).Code);
        Assert.Equal(1, (await _bot.RunAsync("erase")).Code);

        Assert.Equal(2, await _bot.InDb(db => db.People.CountAsync(p => p.ErasedAt != null)));
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync(p => p.Name != null)));
    }

    private async Task JoinAsync(string openId) => Assert.Contains("绑定好了", await _bot.SayAsync(openId, $"绑定 {_branch.JoinCode} 学生001 0001", "同意"));

    private Task<int> MembersAsync() => _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == _branch.Id).Select(h => h.Members).SingleAsync());

    private Task<Person> PersonAsync(string name) => _bot.InDb(db => db.People.AsNoTracking().SingleAsync(p => p.Name == name));

    private Task<IReadOnlyList<TrayItem>> TrayAsync(int topId) => _bot.TrayAsync(topId);

    private Task<int> StudyAsync(int personId) => _bot.InDb(async db =>
    {
        var lesson = db.Add(Samples.Lesson(_bot.Clock.Now)).Entity;
        await db.SaveChangesAsync();
        db.Add(new Completion { LessonId = lesson.Id, PersonId = personId, OrganisationId = _branch.Id, Standing = Standing.Member, Late = false, At = _bot.Clock.Now, Receipt = "0123456789ABCDEF" });
        await db.SaveChangesAsync();
        await Tallies.AddAsync(db, lesson.Id, _branch.Id, Standing.Member, false, 1, CancellationToken.None);
        return 0;
    });
}
