namespace Bot.Core.Pushes;

/// <summary>What a follower has had by mass message in a month in China, over all pushes: WeChat lets four through.</summary>
internal static class MassMonth
{
    public static DateTimeOffset StartOf(DateTimeOffset instant)
    {
        var day = ChinaTime.DateOf(instant);
        return ChinaTime.StartOf(new DateOnly(day.Year, day.Month, 1));
    }

    /// <summary>SQL that counts the mass messages of one account, those of which nobody knows among them.</summary>
    /// <param name="account">The column with the account's id.</param>
    /// <param name="instant">In the month.</param>
    public static string CountOf(string account, DateTimeOffset instant) => FormattableString.Invariant(
        $"(SELECT COUNT(*) FROM outbox h WHERE h.account_id = {account} AND h.channel = {(int)OutboxChannel.Mass} AND h.state IN ({(int)OutboxState.Sending}, {(int)OutboxState.Sent}, {(int)OutboxState.Unknown}) AND h.taken_at >= {StartOf(instant).ToUnixTimeMilliseconds()})");
}
