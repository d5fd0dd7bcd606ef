using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class OutgoingTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("一\r\n二\r三\n四", "一\n二\n三\n四")]
    [InlineData("\r\r\n", "\n\n")]
    [InlineData("a\0b\u0001c\u0008d\u000Be\u000Cf\u001Fg", "abcdefg")]
    [InlineData("a\tb\u007F\u0085c", "a\tb\u007F\u0085c")]
    [InlineData("a\uFFFEb\uFFFFc\uFFFDd", "abc\uFFFDd")]
    public void Text_is_cleaned(string text, string clean) => Assert.Equal(clean, OutgoingText.Clean(text));

    [Fact]
    public void Half_an_emoji_is_left_out()
    {
        // not as theory data: attributes cannot hold it
        Assert.Equal("", OutgoingText.Clean("\uD83D"));
        Assert.Equal("ab", OutgoingText.Clean("a\uDE00b"));
        Assert.Equal("", OutgoingText.Clean("\uDE00\uD83D"));
        Assert.Equal("😀", OutgoingText.Clean("\uD83D\uD83D\uDE00"));
        Assert.Equal("😀", OutgoingText.Clean("\u0001😀\uD83D"));
        Assert.Equal("一二", OutgoingText.Clean("一\uD83D\u0001二"));
    }

    [Fact]
    public void Clean_text_is_not_copied()
    {
        var text = "学习😀\u3000]]> <a href=\"https://u\">a</a>\n";

        Assert.Same(text, OutgoingText.Clean(text));
    }

    [Fact]
    public void Bytes_are_counted_as_WeChat_counts_them() => Assert.Equal(3 + 4 + 1, OutgoingText.ByteCount("学😀a"));

    [Theory]
    [InlineData("学习学习", 12, "学习学习")]
    [InlineData("学习学习", 11, "学习…")]
    [InlineData("学习学习", 9, "学习…")]
    [InlineData("学习学习", 8, "学…")]
    [InlineData("学习学习", 3, "…")]
    [InlineData("学习学习", 2, "")]
    [InlineData("abc👨‍👩‍👧d", 20, "abc…")] // a family is 18 bytes and one picture
    [InlineData("ae\u0301学", 6, "a…")] // an accent stays with its letter
    [InlineData("前<a href=\"u\">点击</a>后后", 26, "前…")]
    [InlineData("前<a href=\"u\">点击</a>后后", 29, "前<a href=\"u\">点击</a>…")]
    [InlineData("前<A HREF=\"u\">点击</A>后后", 26, "前…")]
    [InlineData("a <abc> b < a", 8, "a <ab…")]
    [InlineData("<a 没有结尾的", 9, "<a 没…")]
    public void Text_is_cut_between_characters_and_outside_links(string text, int bytes, string cut)
    {
        Assert.Equal(cut, OutgoingText.Cut(text, bytes));
        Assert.InRange(OutgoingText.ByteCount(OutgoingText.Cut(text, bytes)), 0, bytes);
    }

    [Fact]
    public void The_ending_can_be_chosen() => Assert.Equal("学【完】", OutgoingText.Cut("学习学习学习", 12, "【完】"));
}
