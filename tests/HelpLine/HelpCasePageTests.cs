using System.Net;
using Bot.Core.HelpLine;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

public sealed class HelpCasePageTests : IAsyncLifetime
{
    private const string Words = "总是睡不着，想找人聊聊";
    private const string Answer = "我在，慢慢说";

    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task Whoever_opens_a_case_is_in_the_read_log_before_they_read_a_word()
    {
        var id = await _room.AskedAsync("o-secret-openid", Words);

        var page = await HelpRoom.CaseAsync(_room.Zhao, id);

        Assert.Contains("睡不着", page.QuerySelector("[data-thread]")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("o-secret-openid", page.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(1, await _room.ReadsAsync(id, "zhao"));
        await HelpRoom.CaseAsync(_room.Zhao, id);
        Assert.Equal(1, await _room.ReadsAsync(id, "zhao")); // within five minutes it is one reading
    }

    [Fact]
    public async Task No_word_of_a_case_is_kept_in_the_browser()
    {
        await _room.Bot.SayAsync("o-1", "求助", "7", "爸爸打我");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());

        var typed = (await HelpRoom.CaseAsync(_room.Supervisor, id)).QuerySelectorAll("form").Where(f => f.QuerySelector("textarea") is not null).ToList();

        Assert.Equal(5, typed.Count);
        Assert.All(typed, form => Assert.True(form.HasAttribute("data-unkept") && form.GetAttribute("autocomplete") == "off", form.GetAttribute("action")));
    }

    [Fact]
    public async Task A_reply_reaches_the_person_and_the_page_says_so_with_what_is_left()
    {
        var id = await _room.AskedAsync("o-1", Words);
        Assert.Contains("还可以发", (await HelpRoom.CaseAsync(_room.Zhao, id)).GetElementById("window")!.TextContent, StringComparison.Ordinal);

        var sent = await _room.RepliesAsync(_room.Zhao, id, Answer);

        Assert.Equal($"{HelpRoom.Inbox}/{id}?done=reply", sent.Headers.Location?.ToString());
        await _room.SendAllAsync();
        Assert.Contains(_room.Office.Given, g => g.To == "o-1" && g.Text.EndsWith(Answer, StringComparison.Ordinal));
        var thread = (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelectorAll("[data-thread] li.ours").Last(li => li.TextContent.Contains(Answer, StringComparison.Ordinal));
        Assert.Contains("已送到", thread.TextContent, StringComparison.Ordinal);
        Assert.Contains("zhao", thread.TextContent, StringComparison.Ordinal);
        Assert.Equal(await _room.IdAsync("zhao"), await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.AssignedId).SingleAsync()));
    }

    [Fact]
    public async Task Where_WeChat_lets_nothing_out_the_reply_is_kept_and_goes_with_the_persons_next_message()
    {
        var id = await _room.AskedAsync("o-1", Words);
        _room.Office.Says(45015);
        await _room.RepliesAsync(_room.Zhao, id, Answer);
        await _room.SendAllAsync();

        Assert.Contains("留着，等对方下次说话时送到", (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelector("[data-thread]")!.TextContent, StringComparison.Ordinal);

        Assert.Contains(Answer, (await _room.Bot.Phone("o-1").Sends("还在吗")).Text, StringComparison.Ordinal);
        var thread = (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelector("[data-thread]")!.TextContent;
        Assert.Contains("已送到", thread, StringComparison.Ordinal);
        Assert.DoesNotContain("留着", thread, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_48_hours_the_page_says_that_WeChat_lets_nothing_out_and_what_to_do()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var fresh = await HelpRoom.CaseAsync(_room.Zhao, id);
        Assert.Contains("还可以发", fresh.GetElementById("window")!.TextContent, StringComparison.Ordinal);
        _room.Bot.Clock.Now += TimeSpan.FromHours(49);
        var zhao = await AgainAsync(_room.Zhao);

        var window = (await HelpRoom.CaseAsync(zhao, id)).GetElementById("window")!.TextContent;

        Assert.Contains("48 小时没有说话", window, StringComparison.Ordinal);
        Assert.Contains("打电话", window, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_counsellors_the_second_is_told_and_loses_no_word()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var seen = await HelpRoom.CaseAsync(_room.Qian, id);
        await _room.RepliesAsync(_room.Zhao, id, Answer);

        var refused = await (await _room.RepliesAsync(_room.Qian, id, "第二个人写的", seen)).Content.ReadAsStringAsync();

        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(refused);
        Assert.NotEmpty(page.QuerySelectorAll(".problem[role=alert]"));
        Assert.Equal("第二个人写的", page.GetElementById("reply-text")!.TextContent);
        await _room.SendAllAsync();
        Assert.DoesNotContain(_room.Office.Given, g => g.Text.EndsWith("第二个人写的", StringComparison.Ordinal));

        var part = await Desk.TextAsync(_room.Qian.Browser, $"{HelpRoom.Inbox}/{id}?handler=Thread&version={seen.QuerySelector("#reply input[name=version]")!.GetAttribute("value")}");
        Assert.Contains("刚才有人动过这次求助", part, StringComparison.Ordinal);

        await _room.RepliesAsync(_room.Qian, id, "第二个人写的", page);
        await _room.SendAllAsync();
        Assert.Contains(_room.Office.Given, g => g.Text.EndsWith("第二个人写的", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_person_writes_meanwhile_stops_no_reply()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var seen = await HelpRoom.CaseAsync(_room.Zhao, id);
        await _room.Bot.Phone("o-1").Sends("还有一件事");

        Assert.Equal(HttpStatusCode.Found, (await _room.RepliesAsync(_room.Zhao, id, Answer, seen)).StatusCode);
    }

    [Fact]
    public async Task A_form_sent_twice_says_it_once()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var seen = await HelpRoom.CaseAsync(_room.Zhao, id);

        await _room.RepliesAsync(_room.Zhao, id, Answer, seen);
        Assert.Equal(HttpStatusCode.Found, (await _room.RepliesAsync(_room.Zhao, id, Answer, seen)).StatusCode);
        await _room.SendAllAsync();

        Assert.Single(_room.Office.Given, g => g.Text.EndsWith(Answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Canned_answers_of_the_topic_stand_first_and_none_is_sent_by_itself()
    {
        var id = await _room.AskedAsync("o-1", Words, "心理");

        var canned = (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelectorAll("[data-fills=reply-text]").Select(b => b.TextContent).ToList();

        Assert.StartsWith("确认安全", canned[0], StringComparison.Ordinal);
        Assert.Contains(canned, c => c.StartsWith("我在", StringComparison.Ordinal));
        Assert.DoesNotContain(canned, c => c.StartsWith("不是你的错", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_note_stands_in_the_thread_and_never_goes_out()
    {
        var id = await _room.AskedAsync("o-1", Words);

        await HelpRoom.SubmitAsync(_room.Zhao, id, "note", null, ("Text", "像是考试压力"));

        Assert.Contains("像是考试压力", (await HelpRoom.CaseAsync(_room.Qian, id)).QuerySelector("[data-thread] .aside")!.TextContent, StringComparison.Ordinal);
        await _room.SendAllAsync();
        Assert.DoesNotContain(_room.Office.Given, g => g.Text.Contains("考试压力", StringComparison.Ordinal));
        Assert.DoesNotContain("考试压力", (await _room.Bot.Phone("o-1").Sends("在吗")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_is_handed_over_and_stands_with_the_other()
    {
        var id = await _room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, id, "take", null);

        await HelpRoom.SubmitAsync(_room.Zhao, id, "hand-over", null, ("To", $"{await _room.IdAsync("qian")}"));

        Assert.Contains("我的（1）", (await HelpRoom.PageAsync(_room.Qian, HelpRoom.Inbox)).QuerySelector("#inbox .tabs")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("step", (await HelpRoom.CaseAsync(_room.Qian, id)).QuerySelectorAll("[data-thread] li").Last().ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_referral_is_a_step_of_the_thread_and_reaches_nobody()
    {
        var id = await _room.AskedAsync("o-1", Words);

        await HelpRoom.SubmitAsync(_room.Zhao, id, "refer", null, ("Office", "示例医院"), ("Text", "约了周三上午"));

        Assert.Contains("示例医院", (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelector("[data-thread]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_person_closes_a_case_and_opens_it_again()
    {
        var id = await _room.AskedAsync("o-1", Words);
        await _room.RepliesAsync(_room.Zhao, id, Answer);

        var closed = await HelpRoom.SubmitAsync(_room.Zhao, id, "close", null, ("Outcome", nameof(HelpOutcome.Answered)));

        Assert.Equal(HelpRoom.Inbox + "?done=closed", closed.Headers.Location?.ToString());
        var page = await HelpRoom.CaseAsync(_room.Zhao, id);
        Assert.Null(page.GetElementById("reply"));
        Assert.Contains("已解答", page.QuerySelector(".split__main")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await HelpRoom.PageAsync(_room.Zhao, HelpRoom.Inbox + "?queue=Closed")).GetElementById($"case-{id}"));
        await HelpRoom.SubmitAsync(_room.Zhao, id, "reopen", page);
        Assert.NotNull((await HelpRoom.CaseAsync(_room.Zhao, id)).GetElementById("reply"));
    }

    [Fact]
    public async Task A_crisis_is_closed_by_two()
    {
        await _room.Bot.Phone("o-3").Sends("我不想活了，今晚就跳下去");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());

        var asked = await HelpRoom.SubmitAsync(_room.Zhao, id, "close", null, ("Outcome", nameof(HelpOutcome.Safe)));

        Assert.Equal($"{HelpRoom.Inbox}/{id}?done=asked", asked.Headers.Location?.ToString());
        Assert.Empty((await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelectorAll("#closing .btn-primary"));
        Assert.Equal(HelpState.Open, await StateAsync(id));
        var agreed = await HelpRoom.SubmitAsync(_room.Qian, id, "close", null, ("Outcome", nameof(HelpOutcome.Safe)));
        Assert.Equal(HelpRoom.Inbox + "?done=closed", agreed.Headers.Location?.ToString());
        Assert.Equal(HelpState.Closed, await StateAsync(id));
    }

    [Fact]
    public async Task An_account_and_the_one_that_invited_it_are_not_two()
    {
        var (zhao, qian) = (await _room.IdAsync("zhao"), await _room.IdAsync("qian"));
        await _room.Bot.InDb(db => db.Users.Where(u => u.Id == qian).ExecuteUpdateAsync(set => set.SetProperty(u => u.InvitedById, zhao)));
        await _room.Bot.Phone("o-3").Sends("我不想活了，今晚就跳下去");
        var id = await _room.Bot.InDb(db => db.HelpCases.Select(c => c.Id).SingleAsync());
        await HelpRoom.SubmitAsync(_room.Zhao, id, "close", null, ("Outcome", nameof(HelpOutcome.Safe)));

        var refused = await HelpRoom.SubmitAsync(_room.Qian, id, "close", null, ("Outcome", nameof(HelpOutcome.Safe)));

        Assert.Contains("不算另一个人", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HelpState.Open, await StateAsync(id));
        await HelpRoom.SubmitAsync(_room.Supervisor, id, "close", null, ("Outcome", nameof(HelpOutcome.Safe)));
        Assert.Equal(HelpState.Closed, await StateAsync(id));
    }

    [Fact]
    public async Task Suspected_harm_goes_to_the_supervisor_who_writes_down_what_was_decided()
    {
        var id = await _room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, id, "report", null);
        var counsellors = await HelpRoom.CaseAsync(_room.Zhao, id);
        Assert.NotNull(counsellors.QuerySelector("#report [data-due]"));
        Assert.Contains(_room.Bot.Services.GetRequiredService<HelpPolicy>().ReportWords.Decide, counsellors.GetElementById("report")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(counsellors.QuerySelectorAll("#report form"));

        await HelpRoom.SubmitAsync(_room.Supervisor, id, "decide", null, ("Reported", "true"), ("Text", "已报告派出所，十点二十"));

        Assert.Null((await HelpRoom.CaseAsync(_room.Zhao, id)).GetElementById("report"));
        Assert.Contains("已报告派出所", (await HelpRoom.CaseAsync(_room.Zhao, id)).QuerySelector("[data-thread]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HelpReportState.Reported, await _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.Report).SingleAsync()));
    }

    [Fact]
    public async Task An_earlier_case_of_the_same_alias_is_linked_and_can_be_taken_in()
    {
        var first = await _room.AskedAsync("o-1", Words);
        await HelpRoom.SubmitAsync(_room.Zhao, first, "close", null, ("Outcome", nameof(HelpOutcome.Answered)));
        var second = await _room.AskedAsync("o-1", "又来了");
        Assert.NotEqual(first, second);

        var page = await HelpRoom.CaseAsync(_room.Zhao, second);
        Assert.NotNull(page.QuerySelector($".folds a[href='{HelpRoom.Inbox}/{first}']"));
        await HelpRoom.SubmitAsync(_room.Zhao, second, "merge", page, ("Earlier", $"{first}"));

        Assert.Contains("睡不着", (await HelpRoom.CaseAsync(_room.Zhao, second)).QuerySelector("[data-thread]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_counsellor_types_is_shown_to_the_person_as_typing()
    {
        var id = await _room.AskedAsync("o-1", Words);
        var page = await HelpRoom.CaseAsync(_room.Zhao, id);

        var told = await Desk.PostToAsync(_room.Zhao.Browser, $"{HelpRoom.Inbox}/{id}", page.GetElementById("reply")!.GetAttribute("data-types")!);

        Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);
    }

    private Task<HelpState> StateAsync(int id) => _room.Bot.InDb(db => db.HelpCases.Where(c => c.Id == id).Select(c => c.State).SingleAsync());

    /// <summary>The same person, signed in anew: sessions last twelve hours.</summary>
    private async Task<Colleague> AgainAsync(Colleague who)
    {
        var browser = _room.Bot.Browser();
        await Desk.PostAsync(browser, "/staff/sign-in", ("login", who.Login), ("password", Desk.Password));
        await Desk.PostAsync(browser, "/staff/sign-in/code", ("code", Core.Staff.Totp.Code(who.Key, _room.Bot.Clock.Now)));
        return who with { Browser = browser };
    }
}
