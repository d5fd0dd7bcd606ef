using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Calendar;

/// <summary>发给我: a version in the own WeChat before anybody else sees it.</summary>
public sealed class PieceSampleTests
{
    [Fact]
    public async Task An_editor_gets_the_saved_version_into_the_own_linked_WeChat_and_opens_it_there()
    {
        await using var bot = await Desk.StartAsync();
        var bian = await Desk.JoinAsync(bot, "bian", "editor", Newsroom.Root);
        var editor = bian.Browser;
        var id = await Newsroom.LessonAsync(editor, "save", "夜里骑车");
        await bot.SayAsync("o-editor", await StaffLinkTests.CodeAsync(bot, bian));
        var sent = Answers(bot, """{"errcode":0,"errmsg":"ok"}""");

        var answer = await SendAsync(editor, id);

        Assert.Equal($"/staff/calendar/pieces/{id}?done=sent", answer.Headers.Location!.ToString());
        var message = JsonDocument.Parse(Assert.Single(sent)).RootElement;
        Assert.Equal("o-editor", message.GetProperty("touser").GetString());
        var text = message.GetProperty("text").GetProperty("content").GetString()!;
        Assert.Contains("《夜里骑车》第 1 版", text, StringComparison.Ordinal);
        var link = new Uri(Regex.Match(text, "href=\"([^\"]+)\"").Groups[1].Value);
        Assert.Contains("夜里骑车", await Desk.TextAsync(bot.Browser(), link.PathAndQuery), StringComparison.Ordinal);
        Assert.Equal(1, await bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "piece.sent-to-oneself" && a.Subject == $"piece:{id} version:1" && a.Actor == "bian")));
    }

    [Theory]
    [InlineData(45015, "staff-text.outside")]
    [InlineData(45047, "staff-text.outside")]
    [InlineData(48001, "staff-text.not-taken")]
    public async Task What_WeChat_refuses_is_said_and_counts_as_not_sent(int code, string told)
    {
        await using var bot = await Desk.StartAsync();
        var bian = await Desk.JoinAsync(bot, "bian", "editor", Newsroom.Root);
        var editor = bian.Browser;
        var id = await Newsroom.LessonAsync(editor, "save");
        await bot.SayAsync("o-editor", await StaffLinkTests.CodeAsync(bot, bian));
        var sent = Answers(bot, $$"""{"errcode":{{code}},"errmsg":"no"}""");

        var answer = await SendAsync(editor, id);

        Assert.Single(sent);
        Assert.Equal($"/staff/calendar/pieces/{id}?told={told}", answer.Headers.Location!.ToString());
        Assert.Equal(0, await bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "piece.sent-to-oneself")));
    }

    [Fact]
    public async Task Without_a_linked_WeChat_nothing_is_sent_and_outside_there_is_no_piece()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);
        var id = await Newsroom.ArticleAsync(bot, editor, "甲县的文章", "甲县");

        Assert.Equal($"/staff/calendar/pieces/{id}?told=staff-text.not-linked", (await SendAsync(editor, id)).Headers.Location!.ToString());
        var elsewhere = await Newsroom.EditorAsync(bot, "other", "示例省/乙县");
        Assert.Equal(HttpStatusCode.NotFound, (await Desk.PostToAsync(elsewhere, "/staff/calendar", $"/staff/calendar/pieces/{id}?handler=Sample")).StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(Browser editor, int id) => Desk.PostToAsync(editor, $"/staff/calendar/pieces/{id}", $"/staff/calendar/pieces/{id}?handler=Sample");

    /// <returns>The bodies of what was sent, filled in as it comes.</returns>
    private static List<string> Answers(BotUnderTest bot, string json)
    {
        var sent = new List<string>();
        bot.Network.Answer("/cgi-bin/message/custom/send", request =>
        {
            sent.Add(request.Content!.ReadAsStringAsync().GetAwaiter().GetResult());
            return json;
        });
        return sent;
    }
}
