using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>移出名册: asked by a branch, confirmed by those above.</summary>
public sealed class RemovalTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n";

    private BotUnderTest _bot = null!;
    private int _first;
    private int _second;
    private int _root;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        (_first, _second, _root) = (await _bot.OrganisationAsync("一支部"), await _bot.OrganisationAsync("二支部"), await _bot.OrganisationAsync("示例省"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_branch_asks_and_only_those_above_take_somebody_off_the_roster()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await phone.StudiesAsync("9-2");
        var id = await AskAsync("学生002", TransferKind.Leaving);
        Assert.Equal(5, await HeadcountAsync());
        Assert.Contains("等上级确认", (await phone.Sends("我的")).Text, StringComparison.Ordinal);

        Assert.Equal(Transfers.NotFound, await ConfirmAsync(id, _first));
        Assert.Equal(5, await HeadcountAsync());
        Assert.Null(await ConfirmAsync(id, _root));

        Assert.Equal(4, await HeadcountAsync());
        Assert.Equal(0, await _bot.InDb(db => db.Memberships.CountAsync(m => m.Until == null && db.People.Any(p => p.Id == m.PersonId && p.Name == "学生002"))));
        Assert.Equal(Core.Lessons.Standing.Visitor, await _bot.InDb(db => db.Completions.Select(c => c.Standing).SingleAsync()));
        Assert.Contains("已经移出支部的名册", (await phone.Sends("我的")).Text, StringComparison.Ordinal);
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Of_twenty_who_confirm_at_once_one_has_confirmed()
    {
        var id = await AskAsync("学生002", TransferKind.Leaving);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => ConfirmAsync(id, _root))));

        Assert.Single(answers, a => a is null);
        Assert.Equal(4, await HeadcountAsync());
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task A_mistake_is_put_back_once_with_the_old_category()
    {
        var id = await AskAsync("学生002", TransferKind.Mistaken);
        await ConfirmAsync(id, _root);
        _bot.Clock.Now += TimeSpan.FromDays(1);

        Assert.Equal(Transfers.NotFound, await ReturnAsync(id, _second));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => ReturnAsync(id, _first))));

        Assert.Single(answers, a => a is null);
        Assert.Equal(_first, await _bot.PlaceAsync("学生002"));
        Assert.Equal(5, await HeadcountAsync());
        await _bot.AssertConsistentAsync();
    }

    [Theory]
    [InlineData("学生002,2008-05-02,,S002,团员,")] // by number
    [InlineData("学生002,2008-05-01,,,团员,")] // by name and birth date
    [InlineData("学生002,,,,团员,")]
    public async Task A_later_file_asks_before_it_brings_somebody_back(string row)
    {
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Leaving), _root);
        var file = Header + "示例省/甲县/甲镇/一支部,," + row + "\n";

        Assert.Equal((1, 0), (await _bot.ImportAsync(file)) is var told ? (told.Ambiguous, told.PeopleNew) : default);
        Assert.Equal(4, await HeadcountAsync());
        var colleague = await Desk.JoinAsync(_bot, "li");
        var doubt = await _bot.InDb(db => db.RosterDoubts.Select(d => d.Id).SingleAsync());
        Assert.Contains("已移出名册", await Desk.TextAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}"), StringComparison.Ordinal);
        await Desk.PostToAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=Known", ("personId", $"{await _bot.PersonAsync("学生002")}"));

        Assert.Equal(_first, await _bot.PlaceAsync("学生002"));
        Assert.Equal(5, await HeadcountAsync());
        await _bot.ImportAsync(file);
        Assert.Equal(0, await _bot.InDb(db => db.RosterDoubts.CountAsync(d => d.DecidedAt == null)));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Left_out_somebody_who_was_taken_off_stays_off_in_later_files()
    {
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Leaving), _root);
        const string File = Header + "示例省/甲县/甲镇/一支部,,学生002,,,S002,团员,\n";
        await _bot.ImportAsync(File);
        var colleague = await Desk.JoinAsync(_bot, "li");
        var doubt = await _bot.InDb(db => db.RosterDoubts.Select(d => d.Id).SingleAsync());
        await Desk.PostToAsync(colleague.Browser, $"/staff/tray/doubts/{doubt}", $"/staff/tray/doubts/{doubt}?handler=LeaveOut");

        await _bot.ImportAsync(File);

        Assert.Equal(0, await _bot.InDb(db => db.RosterDoubts.CountAsync(d => d.DecidedAt == null)));
        Assert.Equal(4, await HeadcountAsync());
    }

    [Fact]
    public async Task Of_two_rows_of_one_person_the_one_that_is_used_stays_and_gets_the_free_number()
    {
        await _bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生902,2008-05-02,,S902,团员,\n");
        await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        Assert.Equal(Transfers.Bound, await AskForRefusalAsync("学生002", TransferKind.Duplicate));

        await ConfirmAsync(await AskAsync("学生902", TransferKind.Duplicate), _root);

        Assert.Equal(5, await HeadcountAsync());
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync(p => p.MemberNumber == "S902")));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Listed_by_number_in_another_branch_that_branch_is_asked_and_takes_the_person()
    {
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Leaving), _root);
        Assert.Equal(1, (await _bot.ImportAsync(Header + "示例省/甲县/甲镇/二支部,,学生002,2008-05-01,,S002,团员,\n")).Ambiguous);
        var doubt = await _bot.InDb(db => db.RosterDoubts.SingleAsync());
        Assert.Equal(_second, doubt.OrganisationId);

        Assert.Null(await _bot.DoAsync<RosterDoubts, Refusal?>(async d =>
            (await d.AcceptAsync(doubt.Id, [_second], await _bot.PersonAsync("学生002"), "s", CancellationToken.None)).IsRefused(out var no) ? no : null));

        Assert.Equal(_second, await _bot.PlaceAsync("学生002"));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task After_a_merger_a_file_still_asks_and_the_new_secretary_can_put_the_person_back()
    {
        var id = await AskAsync("学生002", TransferKind.Leaving);
        await ConfirmAsync(id, _root);
        await _bot.DoAsync<Mergers, bool>(async m => (await m.MergeAsync(_first, _second, new Reorganiser("s", [_root]), CancellationToken.None)).IsRefused(out _));

        var told = await _bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生002,2008-05-01,,,团员,\n");
        Assert.Equal((1, 0), (told.Ambiguous, told.PeopleNew));
        Assert.Null(await ReturnAsync(id, _second));

        Assert.Equal(_second, await _bot.PlaceAsync("学生002"));
        await _bot.AssertConsistentAsync();
    }

    [Theory]
    [InlineData("S222")]
    [InlineData("")]
    public async Task Erased_after_the_removal_nobody_is_asked_about_and_nothing_comes_back(string number)
    {
        var file = Header + $"示例省/甲县/甲镇/一支部,,学生222,2008-05-22,13800000222,{number},团员,\n";
        await _bot.ImportAsync(file);
        await SecretaryTests.BoundAsync(_bot, "o-222", "一支部", "学生222", "0222");
        await ConfirmAsync(await AskAsync("学生222", TransferKind.Leaving), _root);
        var account = await _bot.InDb(db => db.Accounts.Select(a => a.Id).SingleAsync());
        Assert.Equal(Core.Privacy.Erased.Everything, await _bot.DoAsync<Core.Privacy.Erasure, Core.Privacy.Erased>(async e =>
            (await e.EraseAccountAsync(account, "0222", "k", CancellationToken.None)).IsRefused(out _, out var erased) ? Core.Privacy.Erased.AccountOnly : erased));

        var told = await _bot.ImportAsync(file);

        Assert.Equal((0, 0, 0), (told.Ambiguous, told.PeopleNew, told.PeopleMoved));
        Assert.Equal(0, await _bot.InDb(db => db.People.CountAsync(p => p.Name == "学生222")));
        Assert.Equal(5, await HeadcountAsync());
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task What_was_studied_this_week_goes_along_to_the_branch_that_is_joined_next()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var phone = await SecretaryTests.BoundAsync(_bot, "o-2", "一支部", "学生002", "S002");
        await phone.StudiesAsync("9-2");
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Leaving), _root);

        await SecretaryTests.BoundAsync(_bot, "o-2", "二支部", "学生007", "S007");

        var completion = await _bot.InDb(db => db.Completions.AsNoTracking().SingleAsync());
        Assert.Equal((await _bot.PersonAsync("学生007"), _second, Core.Lessons.Standing.Member), (completion.PersonId, completion.OrganisationId, completion.Standing));
        await _bot.AssertConsistentAsync();
    }

    [Fact]
    public async Task Sent_to_a_branch_instead_it_is_a_transfer_like_all_others()
    {
        var id = await AskAsync("学生002", TransferKind.Leaving);

        Assert.Null(await _bot.DecideAsync(t => t.SendAsync(id, _second, null, [_root], "s", CancellationToken.None)));
        Assert.Equal(Transfers.NotFound, await ConfirmAsync(id, _root));
        var year = ChinaTime.DateOf(_bot.Clock.Now.AddDays(Transfers.UsualDays)).Year;
        _bot.Clock.Now += TimeSpan.FromDays(60);

        var sheet = await _bot.DoAsync<TransferFigures, TransferSheet>(f => f.OfAsync(year, CancellationToken.None));
        Assert.Equal(new TransferFigure(1, 0), sheet.Find(_first, [_first]));
    }

    [Fact]
    public async Task Sent_to_a_branch_over_the_turn_of_the_year_it_is_due_by_the_deadline_that_the_branch_was_given()
    {
        var id = await AskAsync("学生002", TransferKind.Leaving); // due on 18 December
        _bot.Clock.Now += TimeSpan.FromDays(25);

        Assert.Null(await _bot.DecideAsync(t => t.SendAsync(id, _second, null, [_root], "s", CancellationToken.None)));
        _bot.Clock.Now += TimeSpan.FromDays(25); // 7 January: after the first deadline, before the second
        Assert.Null(await _bot.AcceptAsync(id, _second));

        Assert.Equal(default(TransferFigure), await OfAsync(2026));
        Assert.Equal(new TransferFigure(1, 1), await OfAsync(2027));

        async Task<TransferFigure?> OfAsync(int year) => (await _bot.DoAsync<TransferFigures, TransferSheet>(f => f.OfAsync(year, CancellationToken.None))).Find(_first, [_first]);
    }

    [Fact]
    public async Task Whoever_is_28_and_put_back_is_exempt_the_same_day()
    {
        await _bot.ImportAsync(Header + "示例省/甲县/甲镇/一支部,,学生028,1990-05-02,,S028,团员,\n");
        var id = await AskAsync("学生028", TransferKind.Leaving);
        await ConfirmAsync(id, _root);
        var person = await _bot.PersonAsync("学生028");
        await _bot.InDb(db => db.Exemptions.Where(e => e.PersonId == person).ExecuteDeleteAsync());
        await AdvanceAsync();

        await ReturnAsync(id, _first);
        await AdvanceAsync();

        Assert.Equal(1, await _bot.InDb(db => db.Exemptions.CountAsync(e => e.PersonId == person && e.Until == null)));
        Assert.Equal((6, 1), await _bot.InDb(async db => await db.Headcounts.SingleAsync(h => h.OrganisationId == _first) is var h ? (h.Members, h.Exempt) : default));

        Task<int> AdvanceAsync() => _bot.DoAsync<ExemptionSwitch, int>(e => _bot.InDb(db => e.AdvanceAsync(db, CancellationToken.None)));
    }

    [Fact]
    public async Task The_weeks_before_can_still_be_corrected()
    {
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Duplicate), _root);

        var people = await _bot.DoAsync<Core.Lessons.Adjustments, IReadOnlyList<RosterName>>(a => a.PeopleAsync(_first, CancellationToken.None));

        Assert.Contains(people, p => p.Name == "学生002");
    }

    [Fact]
    public async Task A_removal_is_no_part_of_the_transfer_rate()
    {
        await ConfirmAsync(await AskAsync("学生002", TransferKind.Leaving), _root);
        var year = ChinaTime.DateOf(_bot.Clock.Now.AddDays(Transfers.UsualDays)).Year;
        _bot.Clock.Now += TimeSpan.FromDays(60);

        var sheet = await _bot.DoAsync<TransferFigures, TransferSheet>(f => f.OfAsync(year, CancellationToken.None));

        Assert.Equal(default(TransferFigure), sheet.Find(_first, [_first]));
    }

    [Fact]
    public async Task At_the_console_the_branch_asks_and_the_committee_confirms()
    {
        var colleague = await Desk.JoinAsync(_bot, "li");
        var person = await _bot.PersonAsync("学生002");
        var asking = $"/staff/organisations/{_first}/removals/new";

        Assert.Contains("请选一个理由", await (await Desk.PostToAsync(colleague.Browser, asking, asking, ("Chosen", $"{person}"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var asked = await Desk.PostToAsync(colleague.Browser, asking, asking, ("Chosen", $"{person}"), ("Kind", "Leaving"));
        Assert.Equal("/staff/transfers?done=removing&count=1", asked.Headers.Location?.ToString());
        Assert.Contains("等上级确认", await Desk.TextAsync(colleague.Browser, "/staff/transfers"), StringComparison.Ordinal);

        var id = await _bot.InDb(db => db.Transfers.Select(t => t.Id).SingleAsync());
        var above = await Desk.JoinAsync(_bot, "zhao");
        Assert.Contains("移出 学生002", await Desk.TextAsync(above.Browser, $"/staff/transfers/{id}"), StringComparison.Ordinal);
        var removed = await Desk.PostToAsync(above.Browser, $"/staff/transfers/{id}", $"/staff/transfers/{id}?handler=Remove");
        Assert.Equal("/staff/transfers?done=removed", removed.Headers.Location?.ToString());
        Assert.Equal(4, await HeadcountAsync());
    }

    private async Task<int> AskAsync(string name, TransferKind kind)
    {
        Assert.Null(await AskForRefusalAsync(name, kind));
        var person = await _bot.PersonAsync(name);
        return await _bot.InDb(db => db.Transfers.Where(t => t.PersonId == person && t.EndedAt == null).Select(t => t.Id).SingleAsync());
    }

    private async Task<Refusal?> AskForRefusalAsync(string name, TransferKind kind)
    {
        var person = await _bot.PersonAsync(name);
        return await _bot.DoAsync<Transfers, Refusal?>(async t =>
            (await t.ReleaseAsync(new NewTransfers(_first, [person], null, kind, null), [_first], "s", CancellationToken.None)).IsRefused(out var no) ? no : null);
    }

    private Task<Refusal?> ConfirmAsync(int id, int top)
        => _bot.DoAsync<Removals, Refusal?>(async r => (await r.ConfirmAsync(id, [top], "s", CancellationToken.None)).IsRefused(out var no) ? no : null);

    private Task<Refusal?> ReturnAsync(int id, int top)
        => _bot.DoAsync<Removals, Refusal?>(async r => (await r.ReturnAsync(id, [top], "s", CancellationToken.None)).IsRefused(out var no) ? no : null);

    private Task<int> HeadcountAsync() => _bot.InDb(db => db.Headcounts.Where(h => h.OrganisationId == _first).Select(h => h.Members).SingleAsync());
}
