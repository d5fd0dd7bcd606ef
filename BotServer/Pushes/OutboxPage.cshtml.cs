using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Jobs;
using Bot.Core.Pushes;
using Bot.Core.WeChat;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Pushes;

/// <summary>Messages of one kind.</summary>
/// <param name="Sentence">What they say.</param>
internal sealed record OutboxLine(string Sentence, IReadOnlyDictionary<OutboxState, int> Counts)
{
    /// <summary>What there is, in one line.</summary>
    public string Summary => string.Join(
        " · ",
        new[]
        {
            ("送出", Of(OutboxState.Sent)), ("随回复看到", Of(OutboxState.Told)), ("等着", Of(OutboxState.Waiting, OutboxState.Sending, OutboxState.Parked)),
            ("不确定", Of(OutboxState.Unknown)), ("发不了", Of(OutboxState.Refused)),
        }.Where(part => part.Item2 > 0).Select(part => $"{part.Item1} {part.Item2}"));

    public int Of(params ReadOnlySpan<OutboxState> states)
    {
        var sum = 0;
        foreach (var state in states)
        {
            sum += Counts.GetValueOrDefault(state);
        }

        return sum;
    }
}

/// <summary>What WeChat said about messages that did not go out.</summary>
internal sealed record OutboxReason(int ErrCode, int Count);

/// <summary>How many messages the bot sent of its own accord in a week, and what became of them; never who got them.</summary>
internal sealed class OutboxPageModel(CurrentStaff staff, OutboxFigures figures, PushesOptions options, CallQuotas quotas, WeChatApi api, ContentLibrary content, TimeProvider clock) : StaffPageModel(staff)
{
    public const int Days = 7;

    public IReadOnlyList<OutboxLine> Lines { get; private set; } = [];

    public IReadOnlyList<OutboxReason> Reasons { get; private set; } = [];

    /// <summary>As WeChat told today.</summary>
    public IReadOnlyList<CallQuotaReading> Quotas { get; private set; } = [];

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public bool IsOff => !api.IsOn(WeChatAccount.Mp);

    /// <summary>Why nothing can be sent, if so.</summary>
    public WeChatTrouble? Trouble => api.Trouble(WeChatAccount.Mp);

    /// <summary>Since when no token can be had, if so.</summary>
    public WeChatSilentTime? SilentTime => api.SilentTime(WeChatAccount.Mp);

    public bool IsQuiet => options.IsQuiet(Now);

    public string QuietHours => $"{options.QuietFrom:HH:mm}–{options.QuietUntil:HH:mm}";

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (!JobDesk.May(Viewer))
        {
            return NotFound();
        }

        var all = await figures.SinceAsync(ChinaTime.StartOf(ChinaTime.DateOf(Now).AddDays(1 - Days)), ct);
        Lines = [.. all.GroupBy(f => f.Code, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new OutboxLine(content.Has(g.Key) ? content.Reply(g.Key) : g.Key, g.GroupBy(f => f.State).ToDictionary(s => s.Key, s => s.Sum(f => f.Count))))];
        Reasons = [.. all.Where(f => f.ErrCode is not null).GroupBy(f => f.ErrCode!.Value).Select(g => new OutboxReason(g.Key, g.Sum(f => f.Count))).OrderByDescending(r => r.Count).ThenBy(r => r.ErrCode)];
        Quotas = await quotas.TodayAsync(ct);
        return Page();
    }
}
