using Bot.Core.Content;
using Bot.Core.Replies;

namespace Bot.Tests.Replies;

/// <summary>What may be put in place of a text of Content/, and what may not.</summary>
public sealed class ContentRuleTests
{
    private static readonly ContentSet Defaults = new ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content")).Defaults;

    public static TheoryData<string> Keys => [.. Defaults.Replies.Keys.Select(k => "reply:" + k), .. Defaults.Words.Keys.Select(k => "words:" + k), "menu"];

    [Theory]
    [MemberData(nameof(Keys))]
    public void What_stands_in_Content_fulfils_its_own_rules(string key)
    {
        var parsed = ContentKey.Parse(key)!;
        if (!ReplyLocks.IsLocked(parsed))
        {
            Assert.Null(ContentRules.Check(Defaults, Defaults, parsed, ContentRules.Tidy(parsed, Defaults.TextOf(parsed)!)));
        }
    }

    [Theory]
    [InlineData("reply:welcome", "", "reply.empty")]
    [InlineData("reply:welcome", "你好。", "reply.placeholder-missing")]
    [InlineData("reply:welcome", "你好 {lesson} {name}", "reply.placeholder-unknown")]
    [InlineData("reply:welcome", "你好 {lesson} {", "reply.placeholder-unknown")]
    [InlineData("reply:thanks", "看 <a href=\"http://example.org/\">这里</a>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 <a href=\"javascript:alert(1)\">这里</a>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 <a href=\"\">这里</a>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 <a href=\"https://user@example.org/\">这里</a>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 <a href='https://example.org/'>这里</a>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 <b>这里</b>", "reply.bad-link")]
    [InlineData("reply:thanks", "看 http://example.org/", "reply.bad-link")]
    [InlineData("reply:thanks", "weixin://dl/business", "reply.bad-link")]
    [InlineData("reply:thanks", "看\u0007", "reply.bad-character")]
    [InlineData("reply:words.thanks", "谢谢 学习", "reply.word-taken")]
    [InlineData("reply:words.thanks", "谢谢 同意", "reply.word-taken")]
    [InlineData("reply:words.copy", "副本 123", "reply.word-bad")]
    [InlineData("words:study", "", "reply.no-words")]
    [InlineData("words:study", "上课", "reply.word-needed")]
    [InlineData("words:study", "学习\n学习！", "reply.word-twice")]
    [InlineData("words:study", "学习\n申诉", "reply.word-taken")]
    [InlineData("words:study", "学习\n同意", "reply.word-taken")]
    [InlineData("words:study", "学习\n１２３４", "reply.word-bad")]
    [InlineData("words:study", "学习\n？？", "reply.word-bad")]
    [InlineData("words:study", "学习\nABCD2345", "reply.word-bad")]
    [InlineData("words:study", "学习\n不想活了", "reply.word-distress")]
    [InlineData("words:study", "学习\n这个词实在太长了所以谁也不会把它打出来给机器人看的", "reply.too-many-words")]
    [InlineData("words:study", "学习\n快求助我", "reply.word-distress")]
    [InlineData("words:study", "学习\n打 12355", "reply.word-distress")]
    [InlineData("reply:words.thanks", "谢谢 救命恩人", "reply.word-distress")]
    [InlineData("reply:not-understood", "没听懂，发学习。", "reply.help-missing")]
    [InlineData("menu", """[{"Name":"学习","Command":"study"}]""", "reply.menu-help")]
    [InlineData("menu", """[{"Name":"求助电话","Command":"study"},{"Name":"更多","Below":[{"Name":"电话","Command":"help-line"}]}]""", "reply.menu-help-name")]
    [InlineData("menu", """[{"Name":"救命","Below":[{"Name":"一","Command":"study"}]},{"Name":"电话","Command":"help-line"}]""", "reply.menu-help-name")]
    [InlineData("menu", "[null]", "reply.menu-shape")]
    [InlineData("menu", """[{"Command":"study"}]""", "reply.menu-shape")]
    [InlineData("menu", """[{"Name":"一","Below":[null]}]""", "reply.menu-shape")]
    [InlineData("menu", "[]", "reply.menu-shape")]
    [InlineData("menu", "nothing", "reply.menu-shape")]
    [InlineData("menu", """[{"Name":"一","Command":"study"},{"Name":"二","Command":"study"},{"Name":"三","Command":"study"},{"Name":"四","Command":"study"}]""", "reply.menu-shape")]
    [InlineData("menu", """[{"Name":"一二三四五","Command":"study"}]""", "reply.menu-name")]
    [InlineData("menu", """[{"Name":" ","Command":"study"}]""", "reply.menu-name")]
    [InlineData("menu", """[{"Name":"一","Below":[{"Name":"一二三四五六七八","Command":"study"}]}]""", "reply.menu-name")]
    [InlineData("menu", """[{"Name":"一","Command":"nothing"}]""", "reply.menu-command")]
    [InlineData("menu", """[{"Name":"一","Below":[{"Name":"二","Command":""}]}]""", "reply.menu-command")]
    public void What_would_break_the_chat_is_refused(string key, string text, string code)
    {
        var parsed = ContentKey.Parse(key)!;

        Assert.Equal(code, ContentRules.Check(Defaults, Defaults, parsed, ContentRules.Tidy(parsed, text))?.Refusal.Code);
    }

    [Theory]
    [InlineData("reply:thanks", "看 <a href=\"https://example.org/?a=1\">这里</a>，a < b")]
    [InlineData("reply:record.all", "<a href=\"{link}\">全部记录</a>")]
    [InlineData("words:study", "学习，上课、打卡\r\n\r\nStudy now")]
    [InlineData("menu", """[{"Name":"Study 1x","Command":"study"},{"Name":"更多","Below":[{"Name":"一二三四五六七","Command":"help"},{"Name":"求助电话","Command":"help-line"}]}]""")]
    public void What_is_fit_to_be_said_is_taken(string key, string text)
    {
        var parsed = ContentKey.Parse(key)!;

        Assert.Null(ContentRules.Check(Defaults, Defaults, parsed, ContentRules.Tidy(parsed, text)));
    }

    [Fact]
    public void A_list_of_words_is_parted_by_blanks_however_it_was_typed()
        => Assert.Equal("副本 导出 复制 拷贝", ContentRules.Tidy(ContentKey.Reply("words.copy"), "副本\r\n导出，复制、\u3000拷贝\n"));

    [Fact]
    public void A_text_of_two_thousand_bytes_is_too_long_and_one_byte_less_is_not()
    {
        var key = ContentKey.Reply("thanks");

        Assert.Equal("reply.too-long", ContentRules.Check(Defaults, Defaults, key, new string('a', 2000))?.Refusal.Code);
        Assert.Null(ContentRules.Check(Defaults, Defaults, key, new string('a', 1999)));
    }

    [Fact]
    public void A_word_that_two_commands_would_have_stays_with_the_one_that_had_it()
    {
        var set = Defaults.With([KeyValuePair.Create("words:record", "我的\n打卡"), KeyValuePair.Create("words:study", "学习\n打卡\n隐私")]);

        Assert.Equal(["学习"], set.Words["study"]);
        Assert.Equal(["我的", "打卡"], set.Words["record"]);
    }
}
