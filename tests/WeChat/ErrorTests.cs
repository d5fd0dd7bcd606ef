using Bot.Core.WeChat;
using static Bot.Core.WeChat.WeChatEffect;
using static Bot.Core.WeChat.WeChatRetry;

namespace Bot.Tests.WeChat;

/// <summary>Every errcode of §8: what it means, and how often the sending method tries.</summary>
public sealed class ErrorTests
{
    private readonly FixedClock _clock = new() { TimersRing = true, RingUnder = TimeSpan.FromSeconds(5) };
    private readonly FakeWeChat _wechat;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    public ErrorTests() => _wechat = new FakeWeChat(_clock);

    public static TheoryData<int, WeChatRetry, WeChatEffect, int> Codes => new()
    {
        { -1, Soon, None, 4 },
        { 61450, Soon, None, 4 },
        { 40001, WithNewToken, None, 2 },
        { 40014, WithNewToken, None, 2 },
        { 42001, WithNewToken, None, 2 },
        { 40003, Never, AddressInvalid, 1 },
        { 40013, ByHumanOnly, Configuration, 1 },
        { 40125, ByHumanOnly, Configuration, 1 },
        { 40164, ByHumanOnly, Configuration, 1 },
        { 61004, ByHumanOnly, Configuration, 1 },
        { 61024, ByHumanOnly, Configuration, 1 },
        { 89501, ByHumanOnly, Configuration, 1 },
        { 89503, ByHumanOnly, Configuration, 1 },
        { 89506, ByHumanOnly, Configuration, 1 },
        { 89507, ByHumanOnly, Configuration, 1 },
        { 40029, Never, LoginAgain, 1 },
        { 40163, Never, LoginAgain, 1 },
        { 42002, Never, LoginAgain, 1 },
        { 42007, Never, LoginAgain, 1 },
        { 87009, Never, LoginAgain, 1 },
        { 40033, Never, Bug, 1 },
        { 41001, Never, Bug, 1 },
        { 44002, Never, Bug, 1 },
        { 45072, Never, Bug, 1 },
        { 47001, Never, Bug, 1 },
        { 40037, Never, WrongData, 1 },
        { 41030, Never, WrongData, 1 },
        { 47003, Never, WrongData, 1 },
        { 45008, Never, WrongData, 1 },
        { 45056, Never, WrongData, 1 },
        { 45059, Never, WrongData, 1 },
        { 45157, Never, WrongData, 1 },
        { 45158, Never, WrongData, 1 },
        { 45159, Never, WrongData, 1 },
        { 65303, Never, WrongData, 1 },
        { 40226, Never, RiskyPerson, 1 },
        { 43004, Never, Unfollowed, 1 },
        { 50005, Never, Unfollowed, 1 },
        { 43101, Never, NoCredit, 1 },
        { 43019, Never, Stopped, 1 },
        { 48002, Never, Stopped, 1 },
        { 45002, Never, TooLong, 1 },
        { 45009, NextDay, QuotaUsedUp, 1 },
        { 45028, NextDay, QuotaUsedUp, 1 },
        { 45011, NextMinute, TooFast, 1 },
        { 45066, NextMinute, TooFast, 1 },
        { 45015, AfterUserActs, WindowClosed, 1 },
        { 45080, AfterUserActs, WindowClosed, 1 },
        { 45047, AfterUserActs, WindowUsedUp, 1 },
        { 45065, Never, AlreadySent, 1 },
        { 45081, Never, AlreadySent, 1 },
        { 48001, ByHumanOnly, NotAllowedHere, 1 },
        { 48004, ByHumanOnly, AccountBlocked, 1 },
        { 50002, ByHumanOnly, AccountBlocked, 1 },
        { 48006, ByHumanOnly, QuotaUsedUp, 1 },
        { 50001, Never, ConsentNeeded, 1 },
        { 61010, Never, NotChecked, 1 },
        { 87014, Never, ContentRefused, 1 },
        { 53503, ByHumanOnly, WrongData, 1 },
        { 53504, ByHumanOnly, WrongData, 1 },
        { 53505, ByHumanOnly, WrongData, 1 },
        { 99999, Never, Unknown, 1 },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Each_errcode_says_what_to_do_and_is_tried_as_often_as_it_may_be(int code, WeChatRetry retry, WeChatEffect effect, int calls)
    {
        _wechat.Token().Always(calls, $$"""{"errcode":{{code}},"errmsg":"no rid: 5f-1-2"}""", newTokens: retry == WithNewToken);

        var error = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendTemplateAsync("o-1", Message("id-1"), _ct));

        Assert.Equal((code, new WeChatVerdict(retry, effect), "5f-1-2"), (error.Code, error.Verdict, error.Rid));
        Assert.Equal(calls, _wechat.Calls.Count(c => c.Path.StartsWith("/cgi-bin/message/template/send?", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(61450)]
    public async Task A_message_without_an_id_is_not_tried_again_when_WeChat_is_busy(int code)
    {
        _wechat.TokenAnd($$"""{"errcode":{{code}}}""").Answers($$"""{"errcode":{{code}}}""").Answers($$"""{"errcode":"{{code}}"}""");

        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendTemplateAsync("o-1", Message(null), _ct));
        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendAsync(WeChatAccount.Mp, "o-1", CustomMessage.Text("a"), _ct));
        await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendNotificationAsync(WeChatAccount.Mp, "o-1", new Notification("t", null, []), _ct));

        Assert.Equal(4, _wechat.Calls.Count);
    }

    [Fact]
    public async Task A_busy_WeChat_is_left_alone_for_one_two_and_four_seconds_a_fifth_more_or_less()
    {
        _wechat.Token().Answers("""{"errcode":-1}""").Answers("""{"errcode":-1}""").Answers("""{"errcode":-1}""").Answers("""{"errcode":0,"msgid":9007199254740993}""");

        Assert.Equal("9007199254740993", await _wechat.Api.Messages.SendTemplateAsync("o-1", Message("id-1"), _ct));

        var pauses = _clock.Timers.Where(t => t < TimeSpan.FromSeconds(5)).Select(t => t.TotalSeconds).ToList();
        Assert.Equal(3, pauses.Count);
        Assert.InRange(pauses[0], 0.8, 1.2);
        Assert.InRange(pauses[1], 1.6, 2.4);
        Assert.InRange(pauses[2], 3.2, 4.8);
    }

    [Fact]
    public async Task The_value_that_WeChat_complains_of_is_named()
    {
        _wechat.TokenAnd("""{"errcode":47003,"errmsg":"argument invalid! data.thing1.value is empty rid: 5f-1-2"}""");

        var error = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Messages.SendTemplateAsync("o-1", Message("id-1"), _ct));

        Assert.Equal("thing1", error.Field);
    }

    private static TemplateMessage Message(string? id) => new("t-1", null, null, id, [("thing1", "学习")]);
}
