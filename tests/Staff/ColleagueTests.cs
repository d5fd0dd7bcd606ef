using System.Net;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>Administrators keep the staff of their subtree at the console.</summary>
public sealed class ColleagueTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;
    private Colleague _administrator = null!;
    private int _county;
    private int _other;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        (_county, _other) = (await Desk.OrganisationAsync(_bot, "甲县"), await Desk.OrganisationAsync(_bot, "乙县"));
        _administrator = await Desk.JoinAsync(_bot, "li", "administrator");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task An_invited_colleague_signs_in_with_the_role_for_the_subtree()
    {
        var invitation = await InviteAsync("wu.editor", "Editor");
        var browser = _bot.Browser();

        Assert.Equal("/staff/enrolment", (await Desk.PostAsync(browser, invitation, ("password", Desk.Password), ("repeated", Desk.Password))).Headers.Location?.ToString());

        Assert.Equal((StaffRole.Editor, _county), await _bot.InDb(async db => await db.StaffAssignments.SingleAsync(a => a.Role == StaffRole.Editor) is var a ? (a.Role, a.OrganisationId) : default));
        Assert.Contains("信息员", await Desk.TextAsync(_administrator.Browser, "/staff/colleagues"), StringComparison.Ordinal);
        Assert.Equal("li", await _bot.InDb(db => db.AuditEntries.Where(a => a.Action == "staff.assigned").OrderByDescending(a => a.Id).Select(a => a.Actor).FirstAsync()));
    }

    [Fact]
    public async Task Ended_access_ends_at_once_and_the_name_stays()
    {
        var wu = await Desk.JoinAsync(_bot, "wu");
        Assert.True(await Desk.IsInAsync(wu.Browser));

        var answer = await PostAsync("Leave", ("colleague", $"{await IdAsync("wu")}"));

        Assert.Equal($"/staff/organisations/{_county}/colleagues?done=left", answer.Headers.Location?.ToString());
        Assert.False(await Desk.IsInAsync(wu.Browser));
        Assert.NotNull(await _bot.InDb(db => db.Users.Where(u => u.UserName == "wu").Select(u => u.LeftAt).SingleAsync()));
    }

    [Fact]
    public async Task A_role_that_is_taken_is_gone_with_the_next_page_and_the_last_one_ends_access()
    {
        var wu = await Desk.JoinAsync(_bot, "wu");
        await Desk.RunAsync(_bot, "staff", "add", "wu", "--role", "editor", "--under", "示例省/甲县");
        Assert.Equal(HttpStatusCode.OK, (await wu.Browser.GetAsync("/staff/tray")).StatusCode);

        await PostAsync("Take", ("assignment", $"{await AssignmentAsync("wu", StaffRole.CommitteeOfficer)}"));
        Assert.Equal(HttpStatusCode.NotFound, (await wu.Browser.GetAsync("/staff/tray")).StatusCode);
        Assert.True(await Desk.IsInAsync(wu.Browser));

        await PostAsync("Take", ("assignment", $"{await AssignmentAsync("wu", StaffRole.Editor)}"));
        Assert.False(await Desk.IsInAsync(wu.Browser));
    }

    [Fact]
    public async Task Of_twenty_roles_that_are_taken_together_the_last_ends_access()
    {
        await Desk.JoinAsync(_bot, "wu");
        var wu = await IdAsync("wu");
        await _bot.InDb(async db =>
        {
            foreach (var (role, place) in Enum.GetValues<StaffRole>().SelectMany(r => new[] { (r, _county), (r, 0) }).Where(a => a != (StaffRole.CommitteeOfficer, _county)))
            {
                db.Add(new StaffAssignment { StaffId = wu, Role = role, OrganisationId = place > 0 ? place : await db.Organisations.Where(o => o.Name == "甲镇").Select(o => o.Id).SingleAsync() });
            }

            return await db.SaveChangesAsync();
        });
        var roles = await _bot.InDb(db => db.StaffAssignments.Where(a => a.StaffId == wu).Select(a => a.Id).ToListAsync());
        Assert.Equal(20, roles.Count);
        var viewer = new Viewer("li", "li", [_county], [_county]) { StaffTops = [_county] };

        await Task.WhenAll(roles.Select(id => Task.Run(async () =>
        {
            await using var scope = _bot.Services.CreateAsyncScope();
            return (await scope.ServiceProvider.GetRequiredService<Colleagues>().TakeAsync(viewer, id, CancellationToken.None)).IsRefused(out _);
        })));

        Assert.Equal(0, await _bot.InDb(db => db.StaffAssignments.CountAsync(a => a.StaffId == wu)));
        Assert.NotNull(await _bot.InDb(db => db.Users.Where(u => u.Id == wu).Select(u => u.LeftAt).SingleAsync()));
    }

    [Fact]
    public async Task A_new_invitation_closes_what_opened_the_account_before()
    {
        var wu = await Desk.JoinAsync(_bot, "wu");

        var page = await (await PostAsync("Renew", ("colleague", $"{await IdAsync("wu")}"))).Content.ReadAsStringAsync();

        Assert.NotEqual("", Desk.InvitationIn(page));
        Assert.False(await Desk.IsInAsync(wu.Browser));
        Assert.Equal((false, null), await _bot.InDb(async db => await db.Users.SingleAsync(u => u.UserName == "wu") is var u ? (u.TwoFactorEnabled, u.PasswordHash) : default));
    }

    [Fact]
    public async Task Nobody_changes_their_own_access()
    {
        foreach (var (handler, field) in new[] { ("Leave", ("colleague", $"{await IdAsync("li")}")), ("Renew", ("colleague", $"{await IdAsync("li")}")), ("Take", ("assignment", $"{await AssignmentAsync("li", StaffRole.Administrator)}")) })
        {
            Assert.Contains("请别的管理员来改", await (await PostAsync(handler, field)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.True(await Desk.IsInAsync(_administrator.Browser));
    }

    [Fact]
    public async Task Nobody_gives_a_role_to_themselves()
    {
        foreach (var login in new[] { "li", " LI " })
        {
            Assert.Contains("请别的管理员来改", await (await PostAsync("Give", ("Login", login), ("Role", "Approver"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal([StaffRole.Administrator], await _bot.InDb(db => db.StaffAssignments.Select(a => a.Role).ToListAsync()));
    }

    [Fact]
    public async Task Inviting_renewing_and_setting_up_the_first_time_are_each_an_entry_of_the_log()
    {
        var invitation = await InviteAsync("wu", "Editor");
        await Desk.AcceptAsync(_bot, "wu", invitation);
        await PostAsync("Renew", ("colleague", $"{await IdAsync("wu")}"));
        await Desk.InviteAsync(_bot, "zhao", "editor");
        await Desk.RunAsync(_bot, "staff", "add", "wu", "--role", "editor", "--under", "示例省/甲县", "--again");

        var entries = await _bot.InDb(db => db.AuditEntries.Where(a => a.Subject.Contains("login:wu") || a.Subject.Contains("login:zhao")).OrderBy(a => a.Id)
            .Select(a => a.Action + " " + a.Actor + (a.OrganisationId == _county ? "" : " elsewhere")).ToListAsync());
        Assert.Equal(["staff.invited li", "staff.assigned li", "staff.enrolled wu", "staff.renewed li", "staff.invited operator", "staff.assigned operator", "staff.renewed operator"], entries);
    }

    [Fact]
    public async Task Who_works_elsewhere_too_keeps_the_account_and_a_stranger_does_not_exist()
    {
        var wu = await Desk.JoinAsync(_bot, "wu");
        await Desk.RunAsync(_bot, "staff", "add", "wu", "--role", "editor", "--under", "示例省/乙县");
        await Desk.JoinAsync(_bot, "zhao", under: "示例省/乙县");

        Assert.Contains("在别处有角色", await (await PostAsync("Leave", ("colleague", $"{await IdAsync("wu")}"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("在别处有角色", await (await PostAsync("Renew", ("colleague", $"{await IdAsync("wu")}"))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("Leave", ("colleague", $"{await IdAsync("zhao")}"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("Take", ("assignment", $"{await AssignmentAsync("zhao", StaffRole.CommitteeOfficer)}"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _administrator.Browser.GetAsync($"/staff/organisations/{_other}/colleagues")).StatusCode);
        Assert.DoesNotContain("zhao", await Desk.TextAsync(_administrator.Browser, "/staff/colleagues"), StringComparison.Ordinal);
        Assert.True(await Desk.IsInAsync(wu.Browser));
    }

    /// <summary>Else an administrator could take over an account that another county has just invited.</summary>
    [Fact]
    public async Task An_invitation_that_another_county_has_sent_is_not_replaced()
    {
        await Desk.InviteAsync(_bot, "wu", under: "示例省/乙县");
        var before = await _bot.InDb(db => db.Users.Where(u => u.UserName == "wu").Select(u => u.InvitationHash).SingleAsync());

        var page = await (await PostAsync("Give", ("Login", "wu"), ("Role", "Editor"))).Content.ReadAsStringAsync();

        Assert.Contains("请换一个账号名", page, StringComparison.Ordinal);
        Assert.Equal(before, await _bot.InDb(db => db.Users.Where(u => u.UserName == "wu").Select(u => u.InvitationHash).SingleAsync()));
    }

    [Theory]
    [InlineData("secretary")]
    [InlineData("committee-officer")]
    [InlineData("editor")]
    public async Task Only_administrators_see_the_staff(string role)
    {
        var wu = await Desk.JoinAsync(_bot, "wu", role);

        Assert.Equal(HttpStatusCode.NotFound, (await wu.Browser.GetAsync("/staff/colleagues")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await wu.Browser.GetAsync($"/staff/organisations/{_county}/colleagues")).StatusCode);
        Assert.DoesNotContain("/staff/colleagues", await Desk.TextAsync(wu.Browser, "/staff"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "Editor", "账号用 2 到 64 个")]
    [InlineData("wu editor", "Editor", "账号用 2 到 64 个")]
    [InlineData("wu", "", "请选一个角色")]
    [InlineData("wu", "99", "请选一个角色")]
    public async Task A_faulty_wish_is_answered_with_a_sentence_and_keeps_what_was_typed(string login, string role, string sentence)
    {
        var page = await (await PostAsync("Give", ("Login", login), ("Role", role))).Content.ReadAsStringAsync();

        Assert.Contains(sentence, page, StringComparison.Ordinal);
        Assert.Contains($"value=\"{login}\"", page, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Users.CountAsync()));
    }

    private Task<HttpResponseMessage> PostAsync(string handler, params (string, string)[] fields)
        => Desk.PostToAsync(_administrator.Browser, "/staff/colleagues", $"/staff/organisations/{_county}/colleagues?handler={handler}", fields);

    /// <returns>The path of the invitation.</returns>
    private async Task<string> InviteAsync(string login, string role)
        => Desk.InvitationIn(await (await PostAsync("Give", ("Login", login), ("Role", role))).Content.ReadAsStringAsync());

    private Task<int> IdAsync(string login) => _bot.InDb(db => db.Users.Where(u => u.UserName == login).Select(u => u.Id).SingleAsync());

    private Task<int> AssignmentAsync(string login, StaffRole role) => _bot.InDb(db => db.StaffAssignments
        .Where(a => a.Role == role && db.Users.Any(u => u.Id == a.StaffId && u.UserName == login)).Select(a => a.Id).SingleAsync());
}
