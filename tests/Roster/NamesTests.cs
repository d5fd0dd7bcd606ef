using Bot.Core.Roster;

namespace Bot.Tests.Roster;

public sealed class NamesTests
{
    [Theory]
    [InlineData("学生００１", "学生001")]
    [InlineData(" 学 生\u3000001\u200b", "学生001")]
    [InlineData("阿娜尔．古丽", "阿娜尔·古丽")]
    [InlineData("阿娜尔•古丽", "阿娜尔·古丽")]
    [InlineData("阿娜尔∙古丽", "阿娜尔·古丽")]
    [InlineData("学\u200d生\u2060001\ufe0f\u00ad", "学生001")]
    [InlineData("\u182a\u180b\u1820", "\u182a\u1820")]
    [InlineData("ａbＣ", "ABC")]
    [InlineData("半\ud83d字", "半\ud83d字")]
    public void Names_are_the_same_however_they_were_typed(string typed, string key) => Assert.Equal(key, Names.Key(typed));
}
