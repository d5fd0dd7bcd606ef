namespace Bot.Server.Staff;

/// <summary>Who did something, for screens.</summary>
internal static class ActorWords
{
    /// <param name="actor">As in audit entries.</param>
    public static string Of(string actor) => actor.StartsWith("secretary:", StringComparison.Ordinal) ? "团支书" : actor;
}
