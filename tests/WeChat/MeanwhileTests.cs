using System.Text;
using Bot.Core.Pushes;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.WeChat;

/// <summary>What happened meanwhile is told with the next answer that is read, whatever it is.</summary>
public sealed class MeanwhileTests : IAsyncLifetime
{
    private const string Corrected = "你提的更正已经处理好了。";

    private static readonly string[] Codes =
        ["notice.row-claimed", "notice.row-given-away", "notice.join-accepted", "notice.join-declined", "notice.corrected", "notice.not-corrected"];

    private BotUnderTest _bot = null!;
    private int _sequence;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        await _bot.Phone("o-1").Follows();
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    public static TheoryData<string> Ways => ["text", "card", "not understood", "nearly a word", "picture", "unknown code", "unknown button", "welcome"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task It_comes_before_every_answer_and_is_told_once(string way)
    {
        await HappensAsync("notice.corrected");

        var told = await ComeAsync(way);
        var next = await ComeAsync(way);

        Assert.StartsWith(Corrected + "\n\n", way == "card" ? told.Text[(told.Text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : told.Text, StringComparison.Ordinal);
        Assert.EndsWith(next.Text[^10..], told.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Corrected, next.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_equal_ones_are_one_sentence()
    {
        await HappensAsync("notice.corrected");
        await HappensAsync("notice.corrected");

        Assert.Equal(2, (await _bot.Phone("o-1").Sends("学习")).Text.Split(Corrected).Length);
        Assert.DoesNotContain(Corrected, (await _bot.Phone("o-1").Sends("学习")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("学习")]
    [InlineData("今天天气")]
    public async Task A_repeat_of_the_message_tells_it_again_after_a_restart(string text)
    {
        await HappensAsync("notice.corrected");
        await _bot.Phone("o-1").Repeats(text, 77);
        await _bot.RestartAsync();

        Assert.Contains(Corrected, (await _bot.Phone("o-1").Repeats(text, 77)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Corrected, (await _bot.Phone("o-1").Repeats(text, 78)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_picture_is_answered_without_storing_anybody()
    {
        Assert.Contains("看得懂文字", (await _bot.Phone("o-2").SendsPicture()).Text, StringComparison.Ordinal);
        Assert.Equal(1, await _bot.InDb(db => db.Accounts.CountAsync()));
    }

    [Theory]
    [InlineData("帮助")]
    [InlineData("开始")]
    [InlineData("绑定")]
    [InlineData("我的")]
    [InlineData("隐私")]
    [InlineData("隐私 删除")]
    [InlineData("进度")]
    [InlineData("今天天气")]
    public async Task Everything_at_once_still_fits_or_becomes_a_card(string text)
    {
        foreach (var code in Codes)
        {
            await HappensAsync(code);
        }

        var said = await _bot.Phone("o-1").Sends(text);

        Assert.Contains(Corrected, said.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("发不下", said.Text, StringComparison.Ordinal);
        Assert.True(IsCard(said) || Encoding.UTF8.GetByteCount(said.Text) < 2000);
    }

    [Fact]
    public async Task When_the_privacy_menu_does_not_fit_a_card_leads_to_the_notice_and_the_menu_waits()
    {
        foreach (var code in Codes)
        {
            await HappensAsync(code);
        }

        var phone = _bot.Phone("o-1");
        var card = await phone.Sends("隐私");

        Assert.True(IsCard(card));
        Assert.Equal(BotUnderTest.PublicUrl + "/y/privacy", card.Link);
        Assert.Contains("还没有同意过", card.Text, StringComparison.Ordinal);
        Assert.NotNull((await phone.Sends("副本")).Link);
    }

    private Task<Said> ComeAsync(string way)
    {
        var phone = _bot.Phone("o-1");
        return way switch
        {
            "text" => phone.Sends("帮助"),
            "card" => phone.Sends("学习"),
            "not understood" => phone.Sends("今天天气"),
            "nearly a word" => phone.Sends("学系"),
            "picture" => phone.SendsPicture(),
            "unknown code" => phone.Scans("poster-7"),
            "unknown button" => phone.Taps("gone"),
            _ => phone.Follows(),
        };
    }

    private Task HappensAsync(string code) => _bot.InDb(async db =>
    {
        var account = await db.Accounts.SingleAsync();
        db.Add(new OutboxMessage { AccountId = account.Id, Code = code, At = _bot.Clock.Now, DueAt = _bot.Clock.Now, MessageKey = $"k{_sequence++}" });
        await db.SaveChangesAsync();
    });

    private static bool IsCard(Said said) => said.Body.Contains("<Articles>", StringComparison.Ordinal);
}
