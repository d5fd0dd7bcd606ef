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
        Assert.Contains("学生900", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);

        var answer = await Desk.PostToAsync(colleague.Browser, $"/staff/tray/joins/{wish}", $"/staff/tray/joins/{wish}?handler=Accept", ("personId", $"{person.Id}"));

        Assert.Equal("/staff/tray?done=accepted", answer.Headers.Location?.ToString());
        var row = await bot.InDb(db => db.JoinRequests.SingleAsync());
        Assert.True(row is { DecidedBy: "li", Accepted: true, Name: null });
        Assert.Equal(person.Id, await bot.InDb(db => db.Accounts.Select(a => a.PersonId).SingleAsync()));
        Assert.Contains("没有要处理的", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
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
    public async Task A_correction_is_closed_from_the_tray()
    {
        await using var bot = await Desk.StartAsync();
        var phone = await SecretaryTests.BoundAsync(bot, "o-2", "一支部", "学生002", "S002");
        await phone.Sends("隐私 更正");
        await phone.Sends("出生日期写错了。");
        var colleague = await Desk.JoinAsync(bot, "li");
        Assert.Contains("出生日期写错了", await Desk.TextAsync(colleague.Browser, "/staff/tray"), StringComparison.Ordinal);
        var id = await bot.InDb(db => db.CorrectionRequests.Select(r => r.Id).SingleAsync());

        await Desk.PostToAsync(colleague.Browser, "/staff/tray", $"/staff/tray?handler=Correction&id={id}", ("accepted", "true"));

        var row = await bot.InDb(db => db.CorrectionRequests.SingleAsync());
        Assert.True(row is { DecidedBy: "li", Accepted: true, Text: null });
    }
}
