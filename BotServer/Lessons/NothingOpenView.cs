namespace Bot.Server.Lessons;

public enum NothingOpen
{
    Nothing,
    Paused,
    NotYet,
    SeasonOver,
}

/// <summary>Said in place of a lesson.</summary>
/// <param name="Name">Of the pause or of the lesson.</param>
/// <param name="Until">When it goes on, as people say it; null when unknown.</param>
/// <param name="MakeUp">Closed lessons of this season that the learner has not finished.</param>
public sealed record NothingOpenView(NothingOpen Why, string? Name, string? Until, IReadOnlyList<PeriodView> MakeUp);
