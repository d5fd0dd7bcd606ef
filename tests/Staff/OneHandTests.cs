using System.Net;
using Bot.Core.Calendar;
using Bot.Core.Replies;
using Bot.Tests.Calendar;
using Bot.Tests.Replies;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>Whoever invites an account sees the link that opens it: two such accounts are not two people.</summary>
public sealed class OneHandTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;
    private Browser _li = null!;
    private int _root;

    /// <summary>The operator gives three roles to li.</summary>
    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        _root = await Desk.OrganisationAsync(_bot, Newsroom.Root);
        _li = (await Desk.JoinAsync(_bot, "li", "administrator", Newsroom.Root)).Browser;
        await Desk.RunAsync(_bot, "staff", "add", "li", "--role", "editor", "--under", Newsroom.Root);
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task An_administrator_who_writes_and_invites_an_approver_does_not_approve_through_that_account()
    {
        var second = await InvitedAsync("shen2", "Approver");
        var id = await Newsroom.ArticleAsync(_bot, _li, "一个人写的");

        await IsRefusedAsync(second, id);

        Assert.DoesNotContain("一个人写的", (await Newsroom.PageAsync(second, "/staff/calendar")).QuerySelector("#waiting")?.TextContent ?? "", StringComparison.Ordinal);
        await Newsroom.ApprovedAsync(await Newsroom.ApproverAsync(_bot), id);
    }

    [Fact]
    public async Task Renewing_an_approver_is_inviting_until_somebody_else_renews_the_account()
    {
        await Newsroom.ApproverAsync(_bot);
        var id = await Newsroom.ArticleAsync(_bot, _li, "一个人写的");
        var shen = await _bot.InDb(db => db.Users.Where(u => u.UserName == "shen").Select(u => u.Id).SingleAsync());
        var taken = (await Desk.AcceptAsync(_bot, "shen", Desk.InvitationIn(await (await AtStaffAsync("Renew", ("colleague", $"{shen}"))).Content.ReadAsStringAsync()))).Browser;

        await IsRefusedAsync(taken, id);

        var again = (await Desk.RunAsync(_bot, "staff", "add", "shen", "--role", "approver", "--under", Newsroom.Root, "--again"))[BotUnderTest.PublicUrl.Length..];
        await Newsroom.ApprovedAsync((await Desk.AcceptAsync(_bot, "shen", again)).Browser, id);
    }

    [Fact]
    public async Task An_approver_does_not_approve_what_an_account_of_their_own_inviting_has_written()
    {
        await Desk.RunAsync(_bot, "staff", "add", "li", "--role", "approver", "--under", Newsroom.Root);
        var invited = await InvitedAsync("bian2", "Editor");
        var id = await Newsroom.ArticleAsync(_bot, invited, "一个人写的");

        await IsRefusedAsync(_li, id);

        await Newsroom.ApprovedAsync(await Newsroom.ApproverAsync(_bot), id);
    }

    [Theory]
    [InlineData("/staff/replies/edit?key=reply%3Athanks", "text", "哪里哪里！", "reply:thanks")]
    [InlineData("/staff/replies/menu", "", "", "menu")]
    public async Task Sentences_and_the_menu_are_no_exception(string page, string field, string text, string key)
    {
        var second = await InvitedAsync("shen2", "Approver");
        if (field.Length > 0)
        {
            await Desk.PostToAsync(_li, page, page, (field, text));
        }
        else
        {
            await _bot.InDb(async db =>
            {
                db.Add(new ReplyChange { Key = key, Text = null, ProposedBy = "li", ProposedAt = _bot.Clock.GetUtcNow() });
                await db.SaveChangesAsync();
            });
        }

        var change = await _bot.InDb(db => db.ReplyChanges.SingleAsync(c => c.Key == key));
        var shown = await Branch.PageAsync(second, page);
        var answer = await Desk.PostToAsync(second, "/staff", page + (page.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "handler=Approve", ("id", $"{change.Id}"), ("hash", change.Hash));

        Assert.Contains("不能算两个人", shown.GetElementById("proposal")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("马上生效", shown.GetElementById("proposal")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("不能算两个人", await Writers.SaidAsync(answer), StringComparison.Ordinal);
        Assert.Equal(ReplyChangeState.Proposed, await _bot.InDb(db => db.ReplyChanges.Select(c => c.State).SingleAsync()));
    }

    /// <summary>The page offers no yes; sent all the same it is refused with a sentence.</summary>
    private async Task IsRefusedAsync(Browser approver, int id)
    {
        var path = $"/staff/calendar/pieces/{id}/review";
        var page = await Newsroom.PageAsync(approver, path);
        Assert.Null(page.QuerySelector("form[action$=Approve]"));
        Assert.Contains("不能算两个人", page.Body!.TextContent, StringComparison.Ordinal);
        var piece = await _bot.InDb(db => db.Pieces.SingleAsync(p => p.Id == id));
        var answer = await Desk.PostToAsync(approver, "/staff/calendar", path + "?handler=Approve", ("Seen", $"{piece.Version}"), ("Hash", piece.Hash));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("不能算两个人", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(PieceState.Submitted, await _bot.InDb(db => db.Pieces.Where(p => p.Id == id).Select(p => p.State).SingleAsync()));
    }

    /// <summary>Invited by li at the console, and the link opened.</summary>
    private async Task<Browser> InvitedAsync(string login, string role)
        => (await Desk.AcceptAsync(_bot, login, Desk.InvitationIn(await (await AtStaffAsync("Give", ("Login", login), ("Role", role))).Content.ReadAsStringAsync()))).Browser;

    private Task<HttpResponseMessage> AtStaffAsync(string handler, params (string, string)[] fields)
        => Desk.PostToAsync(_li, "/staff/colleagues", $"/staff/organisations/{_root}/colleagues?handler={handler}", fields);
}
