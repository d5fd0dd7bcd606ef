using Bot.Core.Roster;

namespace Bot.Tests.Roster;

public sealed class GradesTests
{
    [Theory]
    [InlineData("示例市/示例中学/高一1班", "高一")]
    [InlineData("示例市/示例中学/高一年级/高一（3）班", "高一")]
    [InlineData("示例市/示例大学/２０２３级/法学1班", "2023级")]
    [InlineData("示例市/示例小学/三年级2班", "三年级")]
    [InlineData("示例市/示例中学/初二/二班", "初二")]
    [InlineData("示例市/大一统街道", null)]
    [InlineData("示例市/示例镇/2023年成立支部", null)]
    public void A_grade_is_found_in_the_lowest_name_that_has_one(string path, string? grade) => Assert.Equal(grade, Grades.Of(path));
}
