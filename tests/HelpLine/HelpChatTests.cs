using Bot.Core.HelpLine;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>What a young person writes and reads when they ask for help.</summary>
public sealed class HelpChatTests : IAsyncLifetime
{
    private HelpRoom _room = null!;

    public async ValueTask InitializeAsync() => _room = await HelpRoom.OpenAsync();

    public async ValueTask DisposeAsync() => await _room.DisposeAsync();

    [Fact]
    public async Task A_case_starts_with_what_is_kept_and_who_reads_and_then_one_question_at_a_time()
    {
        var phone = _room.Bot.Phone("o-1");

        var intro = (await phone.Sends("求助")).Text;

        Assert.All(["谁能看", "存多久", "不能替你保密", "12355", "12356", "110", "120", "1 法律"], part => Assert.Contains(part, intro, StringComparison.Ordinal));
        Assert.Contains("有多急", (await phone.Sends("2")).Text, StringComparison.Ordinal);
        Assert.Contains("你多大", (await phone.Sends("3")).Text, StringComparison.Ordinal);
        Assert.Contains("怎么称呼", (await phone.Sends("跳过")).Text, StringComparison.Ordinal);
        var opened = (await phone.Sends("小树")).Text;
        var only = await OnlyAsync();
        Assert.Contains(only.Alias, opened, StringComparison.Ordinal);
        Assert.Equal((HelpState.Open, HelpTopic.Mind, HelpUrgency.Soon, HelpAge.Unknown), (only.State, only.Topic, only.Urgency, only.Age));
        Assert.Equal((HelpClock.First, TestClock.Start + TimeSpan.FromMinutes(30)), (only.Clock, only.NextDueAt!.Value - (only.OpenedAt - TestClock.Start)));
        Assert.Contains("小树", (await HelpRoom.CaseAsync(_room.Zhao, only.Id)).DocumentElement.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_question_can_be_skipped_and_the_case_is_open()
    {
        await _room.Bot.SayAsync("o-1", "求助", "跳过", "跳过", "跳过", "跳过");

        Assert.Equal((HelpState.Open, HelpTopic.Other), ((await OnlyAsync()).State, (await OnlyAsync()).Topic));
    }

    [Fact]
    public async Task Whoever_tells_instead_of_answering_is_asked_nothing_more()
    {
        var said = await _room.Bot.SayAsync("o-1", "求助", "我不知道选哪个，就是这几天睡不着");

        Assert.Contains("已经转给咨询员", said, StringComparison.Ordinal);
        Assert.Equal(HelpState.Open, (await OnlyAsync()).State);
        Assert.Equal(1, await MessagesAsync());
    }

    [Fact]
    public async Task Stopped_before_it_began_nothing_stays()
    {
        Assert.Contains("没有开始", await _room.Bot.SayAsync("o-1", "求助", "2", "结束"), StringComparison.Ordinal);

        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
        Assert.Empty(_room.Bot.Services.GetRequiredService<CaseKeys>().All());
    }

    [Fact]
    public async Task A_word_that_is_a_command_works_between_the_questions_and_goes_to_the_case_after_them()
    {
        await _room.Bot.SayAsync("o-1", "求助");

        Assert.Contains("还没有开过课", await _room.Bot.SayAsync("o-1", "申诉"), StringComparison.Ordinal);
        await _room.Bot.SayAsync("o-1", "2", "跳过", "跳过", "跳过");
        Assert.Contains("转给咨询员", await _room.Bot.SayAsync("o-1", "申诉"), StringComparison.Ordinal);
        Assert.Equal(1, await MessagesAsync());
    }

    [Fact]
    public async Task What_is_written_goes_to_the_case_until_the_person_ends_it_and_the_bot_does_not_chatter()
    {
        var phone = await TalkingAsync("o-1");
        _room.Bot.Network.Answer("/cgi-bin/media/get", "picture");

        Assert.Contains("转给咨询员", (await phone.Sends("第一句")).Text, StringComparison.Ordinal);
        Assert.Equal("", (await phone.Sends("第二句")).Text);
        Assert.Equal("", (await phone.SendsPicture()).Text);
        Assert.Equal("", (await phone.SendsVoice()).Text);
        Assert.Equal("", (await phone.SendsPlace("青城公园")).Text);
        Assert.Contains("转不给咨询员", (await phone.SendsLink()).Text, StringComparison.Ordinal);
        Assert.Equal(5, await MessagesAsync());
        Assert.Contains("不再转给咨询员", (await phone.Sends("结束")).Text, StringComparison.Ordinal);
        Assert.Contains("没学会", (await phone.Sends("今天天气")).Text, StringComparison.Ordinal);
        Assert.Equal(5, await MessagesAsync());
        Assert.Equal(HelpState.Open, (await OnlyAsync()).State); // the team still has it

        await phone.Sends("求助");
        await phone.Sends("我又来了");

        Assert.Equal(6, await MessagesAsync());
        await OnlyAsync();
    }

    [Fact]
    public async Task A_repeat_of_a_message_adds_nothing_and_is_answered_the_same_also_after_a_restart()
    {
        var phone = await TalkingAsync("o-1");
        var first = await phone.Repeats("第一句", 77);

        var again = await phone.Repeats("第一句", 77);
        await _room.Bot.RestartAsync();
        var later = await _room.Bot.Phone("o-1").Repeats("第一句", 77);

        Assert.Equal((first.Text, first.Text), (again.Text, later.Text));
        Assert.NotEqual("", first.Text);
        Assert.Equal(1, await MessagesAsync());
    }

    [Fact]
    public async Task A_repeat_of_an_answer_answers_no_second_question()
    {
        await _room.Bot.Phone("o-1").Repeats("求助", 81);
        await _room.Bot.RestartAsync();
        Assert.Contains("1 法律", (await _room.Bot.Phone("o-1").Repeats("求助", 81)).Text, StringComparison.Ordinal);
        await _room.Bot.Phone("o-1").Repeats("2", 82);
        await _room.Bot.RestartAsync();

        Assert.Contains("有多急", (await _room.Bot.Phone("o-1").Repeats("2", 82)).Text, StringComparison.Ordinal);
        Assert.Equal((HelpTopic.Mind, HelpUrgency.Calm), ((await OnlyAsync()).Topic, (await OnlyAsync()).Urgency));
    }

    [Fact]
    public async Task A_reply_is_sent_and_what_WeChat_does_not_let_out_is_told_with_the_next_message()
    {
        var phone = await TalkingAsync("o-1");
        await phone.Sends("第一句");
        var id = (await OnlyAsync()).Id;
        await _room.RepliesAsync(_room.Zhao, id, "我在");
        await _room.SendAllAsync();
        Assert.Contains(("o-1", "咨询员：我在"), _room.Office.Given);
        _room.Office.Says(45015);
        await _room.RepliesAsync(_room.Zhao, id, "还在吗");
        await _room.RepliesAsync(_room.Qian, id, "我们都在");
        await _room.SendAllAsync();

        var told = await phone.Repeats("在的", 91);
        var again = await phone.Repeats("在的", 91);

        Assert.Equal("咨询员：还在吗\n\n咨询员：我们都在", told.Text);
        Assert.Equal(told.Text, again.Text);
        Assert.Equal("", (await phone.Sends("谢谢")).Text); // also a word of thanks is for the counsellor
    }

    [Fact]
    public async Task What_somebody_may_do_with_their_data_works_in_a_talk()
    {
        var phone = await TalkingAsync("o-1");
        await phone.Sends("第一句");
        _room.Bot.Clock.Now += TimeSpan.FromMinutes(1);

        Assert.Contains("确认删除", (await phone.Sends("隐私 删除")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await MessagesAsync());
        Assert.Equal(_room.Bot.Clock.Now, (await OnlyAsync()).LastChatAt); // written in the chat, though not into the case
        await phone.Sends("确认删除");

        Assert.NotNull((await OnlyAsync()).ErasedAt);
    }

    [Fact]
    public async Task Help_goes_out_at_night_when_other_messages_wait()
    {
        var phone = await TalkingAsync("o-1");
        await phone.Sends("第一句");
        await _room.Office.HappensAsync("o-1", Pushes.PostOffice.Accepted);
        _room.Bot.Clock.Now = TestClock.Start.AddHours(13);

        var only = await OnlyAsync();
        Assert.Null(await _room.RefusalAsync<HelpReplies, HelpPulse>("zhao", (replies, me) => replies.SendAsync(me, only.Id, only.Version, long.MaxValue, "我在", "form-1", default)));
        await _room.SendAllAsync();

        Assert.Equal("咨询员：我在", Assert.Single(_room.Office.Given).Text);
    }

    [Fact]
    public async Task A_reply_after_the_person_has_left_says_how_to_go_on()
    {
        var phone = await TalkingAsync("o-1");
        await phone.Sends("第一句");
        await phone.Sends("结束");

        await _room.RepliesAsync(_room.Zhao, (await OnlyAsync()).Id, "我在");
        await _room.SendAllAsync();

        Assert.Contains("求助", Assert.Single(_room.Office.Given).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_person_keeps_the_alias_and_others_have_another()
    {
        await TalkingAsync("o-1");
        await TalkingAsync("o-2");
        var first = await _room.Bot.InDb(db => db.HelpCases.AsNoTracking().OrderBy(c => c.Id).FirstAsync());
        Assert.Null(await _room.ClosesAsync("zhao", first.Id, HelpOutcome.Answered));
        await TalkingAsync("o-1");

        var aliases = await _room.Bot.InDb(db => db.HelpCases.OrderBy(c => c.Id).Select(c => c.Alias).ToListAsync());

        Assert.Equal(3, aliases.Count);
        Assert.Equal(aliases[0], aliases[2]);
        Assert.NotEqual(aliases[0], aliases[1]);
    }

    [Fact]
    public async Task Outside_office_hours_the_wait_is_told_as_it_is_and_the_clock_begins_in_the_morning()
    {
        _room.Bot.Clock.Now = new DateTimeOffset(TestClock.Start.Year, TestClock.Start.Month, TestClock.Start.Day, 21, 0, 0, TestClock.Start.Offset);

        var said = await _room.Bot.SayAsync("o-1", "求助", "2", "跳过", "跳过", "跳过");

        Assert.Contains("明天 09:00开始", said, StringComparison.Ordinal);
        Assert.Equal(_room.Bot.Clock.Now.Date.AddDays(1).AddHours(9.5), Bot.Core.ChinaTime.Of((await OnlyAsync()).NextDueAt!.Value).DateTime);
    }

    [Fact]
    public async Task As_long_as_one_topic_has_nobody_the_line_is_closed_and_only_the_numbers_are_given()
    {
        await _room.TeamAsync("zhao", HelpTopic.Mind);
        await _room.TeamAsync("qian", HelpTopic.Mind);
        _room.Bot.Clock.Now += TimeSpan.FromSeconds(5);

        Assert.Contains("我是自动回复的机器人", await _room.Bot.SayAsync("o-1", "求助"), StringComparison.Ordinal);
        Assert.Contains("我是自动回复的机器人", await _room.Bot.SayAsync("o-1", "我不想活了"), StringComparison.Ordinal);
        Assert.Equal(0, await _room.Bot.InDb(db => db.HelpCases.CountAsync()));
    }

    private async Task<Phone> TalkingAsync(string openId)
    {
        var phone = _room.Bot.Phone(openId);
        foreach (var text in new[] { "求助", "2", "跳过", "跳过", "跳过" })
        {
            await phone.Sends(text);
        }

        return phone;
    }

    private Task<HelpCase> OnlyAsync() => _room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync());

    private Task<int> MessagesAsync() => _room.Bot.InDb(db => db.HelpMessages.CountAsync(m => m.By == HelpSide.Person));
}
