using Bot.Core.Roster;
using Bot.Tests.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class TrayPageTests
{
    [Fact]
    public async Task A_wish_is_accepted_to_a_roster_row_and_who_decided_is_stored()
    {
        await using var bot = await Desk.StartAsync();
        var wish = await ScopeTests.WishAsync(bot, "o-1", "一支部");
        var colleague = await Desk.JoinAsync(bot, "li");
        var person = await bot.InDb(db => db.People.SingleAsync(p => p.Name == "学生003"));
        var before = await Desk.TextAsync(colleague.Browser, "/staff/tray");
        Assert.Contains("学生900", before, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"1 条\"", before, StringComparison.Ordinal);

        var answer = await Desk.PostToAsync(colleague.Browser, $"/staff/tray/joins/{wish}", $"/staff/tray/joins/{wish}?handler=Accept", ("personId", $"{person.Id}"));

        Assert.Equal("/staff/tray?done=accepted", answer.Headers.Location?.ToString());
        var row = await bot.InDb(db => db.JoinRequests.SingleAsync());
        Assert.True(row is { DecidedBy: "li", Accepted: true, Name: null });
        Assert.Equal(person.Id, await bot.InDb(db => db.Accounts.Select(a => a.PersonId).SingleAsync()));
        var after = await Desk.TextAsync(colleague.Browser, "/staff/tray");
        Assert.Contains("没有要处理的", after, StringComparison.Ordinal);
        Assert.DoesNotContain("aria-label=\"1 条\"", after, StringComparison.Ordinal); // not even for the seconds that a count is kept
    }

    [Theory]
    [InlineData("New", "category", "Member", true)]
    [InlineData("Decline", "x", "x", false)]
    public async Task A_wish_is_accepted_as_new_or_declined(string handler, string field, string value, bool accepted)
    {
        await using var bot = await Desk.StartAsync();
        var wish = await ScopeTests.WishAsync(bot, "o-1", "一支部");
        var colleague = await Desk.JoinAsync(bot, "li");

        await Desk.PostToAsync(colleague.Browser, $"/staff/tray/joins/{wish}", $"/staff/tray/joins/{wish}?handler={handler}", (field, value));

        Assert.Equal(accepted, await bot.InDb(db => db.JoinRequests.Select(r => r.Accepted).SingleAsync()));
        Assert.Equal(accepted, await bot.InDb(db => db.People.AnyAsync(p => p.Name == "学生900")));
        var person = await bot.InDb(db => db.People.Where(p => p.Name == "学生900").Select(p => p.Id).FirstOrDefaultAsync());
        var entry = await bot.InDb(db => db.AuditEntries.SingleOrDefaultAsync(a => a.Actor == "li" && a.Action != "names.seen" && a.Action != "staff.enrolled"));
        Assert.Equal(
            accepted ? ("tray.member-added", $"request:{wish} person:{person} organisation:{await Desk.OrganisationAsync(bot, "一支部")}") : default,
            (entry?.Action, entry?.Subject));
    }

    [Fact]
    public async Task Of_two_who_decide_together_the_second_is_told()
    {
        await using var bot = await Desk.StartAsync();
        var wish = await ScopeTests.WishAsync(bot, "o-1", "一支部");
        var colleagues = new[] { await Desk.JoinAsync(bot, "first"), await Desk.JoinAsync(bot, "second") };

        var answers = await Task.WhenAll(colleagues.Select(c => Desk.PostToAsync(c.Browser, "/staff/tray", $"/staff/tray/joins/{wish}?handler=Decline")));

        var places = answers.Select(a => a.Headers.Location?.ToString()).Order().ToList();
        Assert.Equal(["/staff/tray?done=declined", "/staff/tray?told=tray.decided"], places);
        Assert.Contains("已经有人处理过了", await Desk.TextAsync(colleagues[0].Browser, "/staff/tray?told=tray.decided"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_correction_says_who_asks_and_is_put_right_from_the_tray()
    {
        await using var bot = await Desk.StartAsync();
        var phone = await SecretaryTests.BoundAsync(bot, "o-2", "一支部", "学生002", "S002");
        await phone.Sends("隐私 更正");
        await phone.Sends("出生日期写错了。");
        var colleague = await Desk.JoinAsync(bot, "li");
        Assert.Contains("出生日期写错了", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
        var id = await bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync());

        var page = $"/staff/tray/corrections/{id}";
        Assert.Contains("学生002 提出更正", await Desk.TextAsync(colleague.Browser, page), StringComparison.Ordinal);

        foreach (var (number, phoneNumber) in new[] { ("S001", ""), ("S002", "123") })
        {
            await Desk.PostToAsync(colleague.Browser, page, page + "?handler=Correct", ("name", "学生002"), ("birthDate", "2008-10-02"), ("memberNumber", number), ("phone", phoneNumber));
            Assert.True(await bot.InDb(db => db.CorrectionRequests.AnyAsync(r => r.DecidedAt == null)), "what cannot be stored decides nothing");
        }

        await Desk.PostToAsync(colleague.Browser, page, page + "?handler=Correct", ("name", "学生002"), ("birthDate", "2008-10-02"), ("memberNumber", "S002"), ("phone", "138 0000 9999"));

        var row = await bot.InDb(db => db.CorrectionRequests.SingleAsync());
        Assert.True(row is { DecidedBy: "li", Accepted: true, Text: null });
        var person = await bot.InDb(db => db.People.SingleAsync(p => p.Name == "学生002"));
        Assert.Equal((new DateOnly(2008, 10, 2), "9999"), (person.BirthDate, person.PhoneLast4));
        var entry = await bot.InDb(db => db.AuditEntries.SingleAsync(a => a.Action == "tray.row-corrected"));
        Assert.EndsWith("fields:BirthDate,PhoneLast4,PhoneSealed", entry.Subject, StringComparison.Ordinal);
        Assert.Contains("处理好了", (await phone.Sends("帮助")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_birth_date_is_put_right_to_28_years_ago_is_exempt_within_a_minute()
    {
        await using var bot = await Desk.StartAsync();
        await bot.FreezeAsync(); // today's look at birthdays is over
        var phone = await SecretaryTests.BoundAsync(bot, "o-2", "一支部", "学生002", "S002");
        await phone.Sends("隐私 更正");
        await phone.Sends("出生日期写错了。");
        var page = $"/staff/tray/corrections/{await bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync())}";

        await Desk.PostToAsync((await Desk.JoinAsync(bot, "li")).Browser, page, page + "?handler=Correct", ("name", "学生002"), ("birthDate", "1990-10-02"), ("memberNumber", "S002"), ("phone", ""));
        await bot.FreezeAsync();

        Assert.Equal(ExemptionReasons.Age, await bot.InDb(db => db.Exemptions.Select(e => e.Reason).SingleAsync()));
    }

    [Fact]
    public async Task What_waits_for_a_branch_secretary_is_a_count_and_no_name_to_those_above()
    {
        await using var bot = await Desk.StartAsync();
        var secretary = await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var member = await SecretaryTests.BoundAsync(bot, "o-2", "一支部", "学生002", "S002");
        await member.Sends("隐私 更正");
        await member.Sends("出生日期写错了。");
        var wish = await ScopeTests.WishAsync(bot, "o-9", "一支部");
        var correction = await bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync());
        var colleague = await Desk.JoinAsync(bot, "li");

        var page = await Desk.TextAsync(colleague.Browser, "/staff/tray");

        Assert.Contains("另有 2 条由支部书记处理", page, StringComparison.Ordinal);
        Assert.DoesNotContain("学生", page, StringComparison.Ordinal);
        Assert.DoesNotContain("出生日期", page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"count\"", page, StringComparison.Ordinal);
        Assert.Equal(404, (int)(await colleague.Browser.GetAsync($"/staff/tray/joins/{wish}")).StatusCode);
        var person = await bot.InDb(db => db.People.Where(p => p.Name == "学生003").Select(p => p.Id).SingleAsync());
        foreach (var action in new[] { $"joins/{wish}?handler=Accept&personId={person}", $"joins/{wish}?handler=New&category=Member", $"joins/{wish}?handler=Decline", $"corrections/{correction}?handler=Close&accepted=true", $"corrections/{correction}?handler=Correct&name=x" })
        {
            var answer = await Desk.PostToAsync(colleague.Browser, "/staff", ("/staff/tray/" + action).Replace("/?", "?", StringComparison.Ordinal));
            Assert.Equal(404, (int)answer.StatusCode);
        }

        Assert.False(await bot.InDb(db => db.JoinRequests.AnyAsync(r => r.DecidedAt != null)) || await bot.InDb(db => db.CorrectionRequests.AnyAsync(r => r.DecidedAt != null)));

        await secretary.Browser.GetAsync((await secretary.Sends("进度")).Link!);
        var own = await Desk.TextAsync(secretary.Browser, "/staff/tray");
        Assert.Contains("学生900", own, StringComparison.Ordinal);
        Assert.Contains("出生日期写错了", own, StringComparison.Ordinal);
        Assert.DoesNotContain("由支部书记处理", own, StringComparison.Ordinal);
        var accepted = await Desk.PostToAsync(secretary.Browser, $"/staff/tray/joins/{wish}", $"/staff/tray/joins/{wish}?handler=Accept", ("personId", $"{person}"));
        Assert.Equal("/staff/tray?done=accepted", accepted.Headers.Location?.ToString());
    }

    [Fact]
    public async Task When_the_secretary_has_left_those_above_decide()
    {
        await using var bot = await Desk.StartAsync();
        await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var wish = await ScopeTests.WishAsync(bot, "o-9", "一支部");
        var colleague = await Desk.JoinAsync(bot, "li");
        Assert.Equal(404, (int)(await colleague.Browser.GetAsync($"/staff/tray/joins/{wish}")).StatusCode);

        await bot.InDb(db => db.Memberships.Where(m => m.Duty == Duty.Secretary).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, (Duty?)null)));

        Assert.Contains("学生900", await Desk.TextAsync(colleague.Browser, $"/staff/tray/joins/{wish}"), StringComparison.Ordinal);
        Assert.Contains("aria-label=\"1 条\"", await Desk.TextAsync(colleague.Browser, "/staff"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_answers_for_the_branch_as_well_as_for_the_county_decides_for_it()
    {
        await using var bot = await Desk.StartAsync();
        await SecretaryTests.BoundAsync(bot, "o-1", "一支部", "学生001", "S001");
        var wish = await ScopeTests.WishAsync(bot, "o-9", "一支部");
        var colleague = await Desk.JoinAsync(bot, "li");

        await Desk.RunAsync(bot, "staff", "add", "li", "--role", "secretary", "--under", "示例省/甲县/甲镇/一支部");

        Assert.Equal(200, (int)(await colleague.Browser.GetAsync($"/staff/tray/joins/{wish}")).StatusCode);
        Assert.Contains("1 条，先来的在前", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
    }
}
