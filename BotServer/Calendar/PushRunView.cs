using Bot.Core.Pushes;
using Bot.Server.Pushes;

namespace Bot.Server.Calendar;

/// <summary>A push on its way, for the panel on its piece's page.</summary>
/// <param name="Parts">How many stand where; of a few together.</param>
/// <param name="Reasons">Why some did not get it, the most frequent first.</param>
internal sealed record PushRunView(Push Push, PushOutcome Outcome, IReadOnlyList<(string Name, int Count)> Parts, IReadOnlyList<(string Reason, int Count)> Reasons, DateTimeOffset Now)
{
    private const string Parked = "等对方来消息";
    private const string Missed = "没送到";

    /// <summary>Of <see cref="PushOutcome.Total"/>, for the bar.</summary>
    public int Tried => FoldedCounts.IsSmall(Outcome.Waiting) ? Outcome.Total : Outcome.Total - Outcome.Waiting;

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
        var parts = FoldedCounts.Of(
            [
                ("已发通知", outcome.Notified), ("群发", outcome.ByMass), ("随回复送达", outcome.Told), ("还没发", outcome.Waiting), (Parked, outcome.Parked), (Missed, outcome.Missed), ("不确定", outcome.Unknown),
            ],
            "其他");

        // Each list adds up to a count that is shown: one list for both could be told apart with them.
        var reasons = new[] { (Part: Missed, Other: "没送到，其他原因。"), (Part: Parked, Other: "等对方来消息，其他原因。") }
            .Where(of => parts.Any(p => p.Name == of.Part))
            .SelectMany(of => FoldedCounts.Of(
                outcome.Figures.Where(f => of.Part == Parked ? f.State == OutboxState.Parked : f.State is OutboxState.Refused or OutboxState.Void)
                    .GroupBy(Reason).Select(g => (g.Key, g.Sum(f => f.Count))), of.Other))
            .OrderByDescending(r => r.Count).ToList();
        return new PushRunView(push, outcome, parts, reasons, clock.GetUtcNow());
    }

    private static string Reason(PushFigure figure) => figure switch
    {
        { State: OutboxState.Void } => "过了时间，或者对方退订了。",
        { ErrCode: { } code } => WeChatWords.Of(code),
        { State: OutboxState.Refused } => "存的收件地址打不开。请运维看看密钥文件是不是原来那一份。",
        { Channel: OutboxChannel.Mass } => $"对方这个月的群发已经收满 {MassOptions.MostOfOne} 条。等对方下次发消息时，随回复告诉他。",
        _ => "对方没有可用的通知次数，或者没有关注。等对方下次发消息时，随回复告诉他。",
    };
}
