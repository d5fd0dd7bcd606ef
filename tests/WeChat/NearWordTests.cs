using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.WeChat;

/// <summary>What is answered to texts that are not quite a command's word.</summary>
public sealed class NearWordTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Theory]
    [InlineData("求助")]
    [InlineData("救命！")]
    [InlineData("救命啊")]
    [InlineData("１２３５５")]
    [InlineData("你好，我要求助")]
    public async Task A_cry_for_help_gets_the_numbers_also_in_a_dialogue(string text)
    {
        Assert.Contains("12355 – 青少年服务热线", await _bot.SayAsync("o1", text));
        await _bot.SayAsync("o1", "绑定");

        var said = await _bot.SayAsync("o1", text);

        Assert.All(["12355", "12356", "110", "120", "真人"], part => Assert.Contains(part, said));
    }

    [Fact]
    public async Task A_correction_in_ones_own_words_is_not_taken_for_a_cry()
    {
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,,N1,团员");
        var code = (await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"))).JoinCode;
        await _bot.SayAsync("o1", $"绑定 {code} 学生001 N1", "同意", "隐私", "更正");

        Assert.Contains("已经交给团支书处理", await _bot.SayAsync("o1", "编号应是 12355"));
    }

    [Theory]
    [InlineData("我不想活了")]
    [InlineData("班里有人欺负我，老师也不管，我写在这里是希望有人能看到，已经很久了")]
    [InlineData("救命啊 有人打我")]
    [InlineData("我 想 死")]
    public async Task What_sounds_like_distress_gets_the_numbers_whatever_is_being_filled_in(string text)
    {
        await _bot.SayAsync("o1", "绑定");

        Assert.Contains("12355 – 青少年服务热线", await _bot.SayAsync("o1", text));
        Assert.Contains("加入码不对", await _bot.SayAsync("o1", "什么码")); // the dialogue stayed open
    }

    [Theory]
    [InlineData("想死你了")]
    [InlineData("不想死记硬背")]
    [InlineData("我没有被欺负")]
    public async Task What_only_looks_like_distress_does_not(string text) => Assert.Contains("没学会", await _bot.SayAsync("o1", text));

    [Fact]
    public async Task A_word_in_between_does_not_stop_what_was_begun()
    {
        await _bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,,N1,团员");
        var code = (await _bot.InDb(db => db.Organisations.SingleAsync(o => o.Name == "一班"))).JoinCode;
        await _bot.SayAsync("o1", $"{code[..4]}-{code[4..]}");

        var help = await _bot.SayAsync("o1", "你好");

        Assert.Contains("还没填完", help);
        Assert.Contains("团员编号", await _bot.SayAsync("o1", "学生001"));
        Assert.Contains("绑定好了", await _bot.SayAsync("o1", "N1", "同意"));
    }

    [Theory]
    [InlineData("我要学习", "学习")]
    [InlineData("学习打卡", "学习")]
    [InlineData("我想绑定", "绑定")]
    [InlineData("怎么绑定？", "绑定")]
    [InlineData("看学习记录", "学习记录")]
    [InlineData("学系", "学习")]
    public async Task The_longest_word_in_a_short_text_is_offered(string text, string word)
        => Assert.Contains($"是想发“{word}”", await _bot.SayAsync("o1", text));

    [Theory]
    [InlineData("退订")]
    [InlineData("今天天气")]
    [InlineData("0123550")]
    public async Task Nothing_is_offered_for_what_means_something_else(string text) => Assert.Contains("没学会", await _bot.SayAsync("o1", text));

    [Fact]
    public async Task Thanks_are_answered() => Assert.Contains("不客气", await _bot.SayAsync("o1", "谢谢！"));
}
