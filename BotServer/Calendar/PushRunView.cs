using Bot.Core.Pushes;
using Bot.Server.Pushes;

namespace Bot.Server.Calendar;

/// <summary>A push on its way, for the panel on its piece's page.</summary>
/// <param name="Reasons">Why some did not get it, the most frequent first.</param>
internal sealed record PushRunView(Push Push, PushOutcome Outcome, IReadOnlyList<(string Reason, int Count)> Reasons, DateTimeOffset Now)
{
    /// <summary>Its numbers move.</summary>
    public bool IsLive => Push.State is PushState.Filling or PushState.Running;

    /// <summary>Everybody was tried; some wait for their own next message.</summary>
    public bool OnlyParked => Push.State == PushState.Running && Outcome.Waiting == 0;

    public string State => Push.State switch
    {
        PushState.Filling => "正在发，还在列出收的人",
        PushState.Running when OnlyParked => "发完了，还有人等对方来消息",
        PushState.Running => "正在发",
        PushState.Stopped => "已停止",
        _ => "已结束",
    };

    public static async Task<PushRunView> OfAsync(Push push, PushFigures figures, TimeProvider clock, CancellationToken ct)
    {
        var outcome = await figures.OfAsync(push, ct);
        var reasons = outcome.Figures.Where(f => f.State is OutboxState.Refused or OutboxState.Void or OutboxState.Parked && (f.ErrCode is not null || f.State == OutboxState.Void))
            .GroupBy(f => f.ErrCode is { } code ? WeChatWords.Of(code) : "过了时间，或者对方退订了。")
            .Select(g => (g.Key, g.Sum(f => f.Count))).OrderByDescending(r => r.Item2).ToList();
        return new PushRunView(push, outcome, reasons, clock.GetUtcNow());
    }
}
