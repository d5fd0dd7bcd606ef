using Bot.Core;
using Bot.Core.Pushes;
using Bot.Core.WeChat;
using Bot.Tests.Support;
using Bot.Tests.WeChat;

namespace Bot.Tests.Pushes;

/// <summary>Every errcode of §8: what becomes of the message, and of those behind it.</summary>
public sealed class OutcomeTests
{
    private const string Day = "until tomorrow";
    private const string Minute = "for a minute";
    private const string Mended = "until it may be mended";
    private static readonly DateTimeOffset Now = TestClock.Start;

    public static TheoryData<int, OutboxState, string?> Codes => new()
    {
        { -1, OutboxState.Unknown, null },
        { 61450, OutboxState.Unknown, null },
        { 40001, OutboxState.Waiting, Mended },
        { 40014, OutboxState.Waiting, Mended },
        { 42001, OutboxState.Waiting, Mended },
        { 40003, OutboxState.Refused, null },
        { 40013, OutboxState.Waiting, Mended },
        { 40125, OutboxState.Waiting, Mended },
        { 40164, OutboxState.Waiting, Mended },
        { 61004, OutboxState.Waiting, Mended },
        { 61024, OutboxState.Waiting, Mended },
        { 89501, OutboxState.Waiting, Mended },
        { 89503, OutboxState.Waiting, Mended },
        { 89506, OutboxState.Waiting, Mended },
        { 89507, OutboxState.Waiting, Mended },
        { 40029, OutboxState.Parked, null },
        { 40163, OutboxState.Parked, null },
        { 42002, OutboxState.Parked, null },
        { 42007, OutboxState.Parked, null },
        { 87009, OutboxState.Parked, null },
        { 40033, OutboxState.Parked, null },
        { 41001, OutboxState.Parked, null },
        { 44002, OutboxState.Parked, null },
        { 45072, OutboxState.Parked, null },
        { 47001, OutboxState.Parked, null },
        { 40037, OutboxState.Parked, null },
        { 41030, OutboxState.Parked, null },
        { 47003, OutboxState.Parked, null },
        { 45008, OutboxState.Parked, null },
        { 45056, OutboxState.Parked, null },
        { 45059, OutboxState.Parked, null },
        { 45157, OutboxState.Parked, null },
        { 45158, OutboxState.Parked, null },
        { 45159, OutboxState.Parked, null },
        { 65303, OutboxState.Parked, null },
        { 40226, OutboxState.Parked, null },
        { 43004, OutboxState.Parked, null },
        { 50005, OutboxState.Parked, null },
        { 43101, OutboxState.Parked, null },
        { 43019, OutboxState.Parked, null },
        { 48002, OutboxState.Parked, null },
        { 45002, OutboxState.Parked, null },
        { 45009, OutboxState.Waiting, Day },
        { 45028, OutboxState.Waiting, Day },
        { 45011, OutboxState.Waiting, Minute },
        { 45066, OutboxState.Waiting, Minute },
        { 45015, OutboxState.Parked, null },
        { 45080, OutboxState.Parked, null },
        { 45047, OutboxState.Parked, null },
        { 45065, OutboxState.Parked, null },
        { 45081, OutboxState.Parked, null },
        { 48001, OutboxState.Waiting, Mended },
        { 48004, OutboxState.Waiting, Mended },
        { 50002, OutboxState.Waiting, Mended },
        { 48006, OutboxState.Waiting, Mended },
        { 50001, OutboxState.Parked, null },
        { 61010, OutboxState.Parked, null },
        { 87014, OutboxState.Parked, null },
        { 53503, OutboxState.Waiting, Mended },
        { 53504, OutboxState.Waiting, Mended },
        { 53505, OutboxState.Waiting, Mended },
        { 99999, OutboxState.Parked, null },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Each_errcode_says_what_becomes_of_the_message_and_how_long_the_others_wait(int code, OutboxState state, string? pause)
    {
        var outcome = OutboxOutcome.Of(new WeChatException(code, "/cgi-bin/message/custom/send", "rid-1"), TimeSpan.FromMinutes(1), Now);

        var until = pause switch
        {
            Minute => Now.AddMinutes(1),
            Day => ChinaTime.StartOf(ChinaTime.DateOf(Now).AddDays(1)),
            Mended => Now.AddMinutes(10),
            _ => (DateTimeOffset?)null,
        };
        Assert.Equal((state, until, until, code, "rid-1"), (outcome.State, outcome.Pause, outcome.Again, outcome.ErrCode, outcome.Rid));
        Assert.Equal(code is 43004 or 50005, outcome.IsUnfollowed);
        Assert.Equal(code == 43101, outcome.IsDenied);
    }

    [Fact]
    public void No_errcode_of_the_table_is_left_out()
        => Assert.Equal(ErrorTests.Codes.Select(row => row.Data.Item1).Order(), Codes.Select(row => row.Data.Item1).Order());

    [Theory]
    [InlineData(40164)]
    [InlineData(45009)]
    [InlineData(45011)]
    public void What_could_not_be_sent_for_a_day_is_told_in_the_chat(int code)
        => Assert.Equal(OutboxState.Parked, OutboxOutcome.Of(new WeChatException(code, "/cgi-bin/message/custom/send", ""), TimeSpan.FromDays(1.1), Now).State);

    [Theory]
    [InlineData("/cgi-bin/stable_token", false, OutboxState.Waiting, true)]
    [InlineData("/cgi-bin/message/custom/send", false, OutboxState.Waiting, false)]
    [InlineData("/cgi-bin/message/custom/send", true, OutboxState.Unknown, false)]
    public void Silence_is_unknown_only_where_it_may_have_arrived(string method, bool mayHaveArrived, OutboxState state, bool pauses)
    {
        var outcome = OutboxOutcome.Of(new WeChatSilenceException(method, mayHaveArrived), TimeSpan.Zero, Now);

        Assert.Equal((state, pauses), (outcome.State, outcome.Pause is not null));
    }
}
