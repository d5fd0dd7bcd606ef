using Bot.Core.Lessons;
using Bot.Simulator.Start;

namespace Bot.Tests.Simulator;

public sealed class SamplesTests
{
    [Theory]
    [InlineData("road-safety.md")]
    [InlineData("first-aid.md")]
    public void A_sample_lesson_is_whole_and_takes_the_dates_of_its_week(string name)
    {
        var text = File.ReadAllText(Path.Combine(BotFiles.Samples, "lessons", name));

        var (lesson, faults) = LessonFile.Read(Samples.Dated(text, new DateOnly(2026, 12, 28)));

        Assert.Empty(faults);
        Assert.Equal((26, 53), (lesson!.Season, lesson.Period));
        Assert.Equal(new DateTimeOffset(2026, 12, 28, 0, 0, 0, TimeSpan.FromHours(8)), lesson.OpensAt);
        Assert.Equal(TimeSpan.FromDays(7), lesson.ClosesAt - lesson.OpensAt);
        Assert.Equal(3, lesson.Questions.Count);
    }

    [Fact]
    public void The_sample_roster_has_200_members_in_6_branches_and_those_whom_the_greeting_names()
    {
        var rows = File.ReadAllLines(Path.Combine(BotFiles.Samples, "roster.csv")).Skip(1).Select(line => line.Split(',')).ToList();
        var members = rows.Where(row => row[2].Length > 0).ToList();

        Assert.Equal(200, members.Select(row => row[2]).Distinct().Count());
        Assert.Equal(6, members.Select(row => row[0]).Distinct().Count());
        Assert.Equal(13, rows.Select(row => row[0]).Distinct().Count());
        Assert.All(Samples.Members, m => Assert.Contains(members, row => row[0].EndsWith(m.Branch, StringComparison.Ordinal) && row[2] == m.Name && row[5] == m.Number));
    }
}
