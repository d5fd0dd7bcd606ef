using Bot.Core.Content;

namespace Bot.Tests.Content;

public sealed class SpokenTests
{
    [Theory]
    [InlineData(" 学习！", "学习")]
    [InlineData("ＨＥＬＰ", "help")]
    [InlineData("？", "?")]
    [InlineData("“绑定”。", "绑定")]
    [InlineData("\ud83d", "\ud83d")]
    public void Width_case_and_marks_around_a_word_do_not_matter(string typed, string word) => Assert.Equal(word, Spoken.Normalise(typed));
}
