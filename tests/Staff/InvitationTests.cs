using System.Net;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

public sealed class InvitationTests
{
    [Fact]
    public async Task An_invitation_leads_over_password_and_authenticator_to_the_console()
    {
        await using var bot = await Desk.StartAsync();

        var colleague = await Desk.JoinAsync(bot, "li.officer");

        Assert.Equal(10, colleague.RecoveryCodes.Count);
        Assert.True(await Desk.IsInAsync(colleague.Browser));
        var row = await bot.InDb(db => db.Users.SingleAsync());
        Assert.True(row is { InvitationHash: null, TwoFactorEnabled: true });
    }

    [Fact]
    public async Task Twenty_people_open_one_invitation_together_and_one_gets_the_account()
    {
        await using var bot = await Desk.StartAsync();
        var invitation = await Desk.InviteAsync(bot, "li");
        var racers = Enumerable.Range(0, 20).Select(_ => bot.Browser()).ToList();

        // All have the page before the first one sends it: who came later would find no form.
        var tokens = await Task.WhenAll(racers.Select(racer => Desk.TokenAsync(racer, invitation)));

        var outcomes = await Task.WhenAll(racers.Select((racer, i) => Desk.SendFormAsync(
            racer, invitation, ("password", $"{Desk.Password} {i}"), ("repeated", $"{Desk.Password} {i}"), ("__RequestVerificationToken", tokens[i]))));

        Assert.Equal([HttpStatusCode.Found, HttpStatusCode.NotFound], outcomes.Select(o => o.StatusCode).Distinct().Order());
        Assert.Single(outcomes, o => o.StatusCode == HttpStatusCode.Found);
        Assert.Equal(19, outcomes.Count(o => o.StatusCode == HttpStatusCode.NotFound));
        var winner = racers[Array.FindIndex(outcomes, o => o.StatusCode == HttpStatusCode.Found)];
        Assert.Equal(HttpStatusCode.OK, (await winner.GetAsync("/staff/enrolment")).StatusCode);
    }

    /// <summary>The control arm of the race above: looking first and writing afterwards lets in more than one.</summary>
    [Fact]
    public async Task Without_the_condition_in_the_statement_more_than_one_would_get_it()
    {
        await using var bot = await Desk.StartAsync();
        await Desk.InviteAsync(bot, "li");
        using var allHaveLooked = new CountdownEvent(20);
        var looked = new TaskCompletionSource();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => bot.InDb(async db =>
        {
            var open = await db.Users.AsNoTracking().SingleAsync(s => s.InvitationHash != null);
            if (allHaveLooked.Signal())
            {
                looked.SetResult();
            }

            await looked.Task;
            return await db.Users.Where(s => s.Id == open.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.PasswordHash, $"{i}").SetProperty(s => s.InvitationHash, (byte[]?)null));
        })));

        Assert.True(outcomes.Sum() > 1);
    }

    [Fact]
    public async Task An_invitation_ends_after_72_hours()
    {
        await using var bot = await Desk.StartAsync();
        var invitation = await Desk.InviteAsync(bot, "li");

        bot.Clock.Now += Invitations.Lifetime - TimeSpan.FromMinutes(1);
        Assert.Equal(HttpStatusCode.OK, (await bot.Browser().GetAsync(invitation)).StatusCode);
        bot.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync(invitation)).StatusCode);
    }

    [Theory]
    [InlineData("short one", "short one")]
    [InlineData("aaaaaaaaaaaa", "aaaaaaaaaaaa")]
    [InlineData(Desk.Password, "another long one")]
    public async Task A_weak_or_mistyped_password_leaves_the_invitation_to_be_used(string password, string repeated)
    {
        await using var bot = await Desk.StartAsync();
        var invitation = await Desk.InviteAsync(bot, "li");

        var answer = await Desk.PostAsync(bot.Browser(), invitation, ("password", password), ("repeated", repeated));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("role=\"alert\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await bot.InDb(db => db.Users.Select(s => s.PasswordHash).SingleAsync()));
    }

    [Fact]
    public async Task Adding_a_role_to_a_colleague_prints_no_new_invitation_unless_asked()
    {
        await using var bot = await Desk.StartAsync();
        var colleague = await Desk.JoinAsync(bot, "li");

        var said = await Desk.RunAsync(bot, "staff", "add", "LI", "--role", "Editor", "--under", "示例省/乙县");
        Assert.DoesNotContain("/staff/invitations/", said, StringComparison.Ordinal);
        Assert.True(await Desk.IsInAsync(colleague.Browser));
        Assert.Equal(2, await bot.InDb(db => db.StaffAssignments.CountAsync()));

        said = await Desk.RunAsync(bot, "staff", "add", "li", "--role", "editor", "--under", "示例省/乙县", "--again");
        Assert.Contains("/staff/invitations/", said, StringComparison.Ordinal);
        Assert.False(await Desk.IsInAsync(colleague.Browser));
    }

    [Theory]
    [InlineData("officer", "示例省", "committee-officer")]
    [InlineData("editor", "示例省/没有", "staff.organisation-unknown")]
    public async Task Staff_add_says_what_is_wrong(string role, string under, string said)
    {
        await using var bot = await Desk.StartAsync();

        var ran = await bot.RunAsync("staff", "add", "li", "--role", role, "--under", under);

        Assert.Equal(1, ran.Code);
        Assert.Contains(said, ran.Error, StringComparison.Ordinal);
        Assert.False(await bot.InDb(db => db.Users.AnyAsync()));
    }
}
