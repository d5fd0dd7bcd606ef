using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class NotificationValueTests
{
    [Theory]
    [InlineData("thing1", "一二三四五六七八九十一二三四五六七八九十", "一二三四五六七八九十一二三四五六七八九十")]
    [InlineData("thing12", "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…")]
    [InlineData("thing", "一二三四五六七八九十一二三四五六七八😀好", "一二三四五六七八九十一二三四五六七八…")]
    [InlineData("thing1", "第一行\r\n\t第二行\n", "第一行 第二行")]
    [InlineData("phrase1", "一二三四五六", "一二三四五")]
    [InlineData("symbol1", "★★★★★★", "★★★★★")]
    [InlineData("name1", "一二三四五六七八九十甲", "一二三四五六七八九十")]
    [InlineData("name1", "abcdefghijklmnopqrstu", "abcdefghijklmnopqrst")]
    [InlineData("name1", "abcdefghijklmnopqrs学", "abcdefghijklmnopqrs")]
    [InlineData("letter1", "abcdefghijklmnopqrstuvwxyzabcdefgh", "abcdefghijklmnopqrstuvwxyzabcdef")]
    [InlineData("character_string2", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-12345/7", "ABCDEFGHIJKLMNOPQRSTUVWXYZ-12345")]
    [InlineData("time1", "2019年10月1日 15:01~2019年10月1日 16:01", "2019年10月1日 15:01~2019年10月1日 16:01")]
    [InlineData("amount1", "¥1234567890", "¥1234567890")]
    [InlineData("number1", "12345678901234567890123456789012", "12345678901234567890123456789012")]
    public void A_value_is_as_long_as_its_kind_allows(string key, string text, string fitted) => Assert.Equal(fitted, NotificationValue.Fit(key, text));

    [Fact]
    public void What_cannot_be_sent_is_left_out() => Assert.Equal("ab", NotificationValue.Fit("thing1", "a\u0001b\uD83D"));

    [Fact]
    public void A_family_is_not_torn_apart()
        => Assert.Equal("一二三四五六七八九十一二…", NotificationValue.Fit("thing1", "一二三四五六七八九十一二👨‍👩‍👧‍👦三四五六七八"));

    [Theory]
    [InlineData("number1", "123456789012345678901234567890123")]
    [InlineData("phone_number1", "123456789012345678")]
    [InlineData("car_number1", "京A12345678")]
    [InlineData("amount1", "12345678901")]
    public void A_number_is_not_made_another_by_cutting_it(string key, string text) => Assert.Throws<ArgumentException>(() => NotificationValue.Fit(key, text));

    [Fact]
    public void A_kind_that_nobody_knows_is_a_mistake_in_the_template() => Assert.Throws<ArgumentException>(() => NotificationValue.Fit("thingy1", "a"));
}
