using Bot.Core;

namespace Bot.Tests.Support;

/// <summary>The bot's clock in tests: stands still until it is set. Begins on a Wednesday morning in China.</summary>
public sealed class TestClock : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 11, 18, 10, 0, 0, ChinaTime.Zone.BaseUtcOffset);

    public DateTimeOffset Now { get; set; } = Start;

    public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
}
