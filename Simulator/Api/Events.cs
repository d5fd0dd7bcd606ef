using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>What became of a call, told to the bot a moment later as WeChat does; late or twice where that is planned. Nobody waits for it.</summary>
internal static class Events
{
    public static void Tell(HttpContext http, Person person, Account account, Push push)
        => Tell(http, wechat => wechat.SendAsync(person, account, push, CancellationToken.None));

    /// <param name="openId">Of somebody without a phone.</param>
    public static void Tell(HttpContext http, string openId, Account account, Push push)
        => Tell(http, wechat => wechat.TellAsync(openId, account, push, CancellationToken.None));

    private static void Tell(HttpContext http, Func<FakeWeChat, Task> tell)
    {
        var wechat = http.RequestServices.GetRequiredService<FakeWeChat>();
        var trouble = http.RequestServices.GetRequiredService<PlannedTroubles>().NextForEvent(http.Request.Path);
        _ = Task.Run(async () =>
        {
            await Task.Delay(trouble?.Kind == TroubleKind.LateEvent ? TimeSpan.FromMilliseconds(trouble.Value) : TimeSpan.Zero);
            await tell(wechat);
            await (trouble?.Kind == TroubleKind.TwiceEvent ? tell(wechat) : Task.CompletedTask);
        });
    }
}
