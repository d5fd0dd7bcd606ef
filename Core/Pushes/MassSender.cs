using System.Globalization;
using System.Security.Cryptography;
using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// Sends pushes that go out by mass message to those who have no credit for a notification, up to ten thousand at once. WeChat knows a repeat by
/// our id, so what has no known outcome is sent again. One for a process.
/// </summary>
public sealed partial class MassSender(
    IServiceScopeFactory scopes,
    MassRows rows,
    RecipientRows recipients,
    OutcomeKeeper keeper,
    Vault vault,
    AddressCheck addresses,
    ContentLibrary content,
    PushesOptions options,
    TimeProvider clock,
    ILogger<MassSender> logger)
{
    private const string HowToStop = "push.how-to-stop";

    /// <summary>WeChat is at work on an earlier call with this id: it is asked again.</summary>
    private const int AtWork = 45066;

    private static readonly TimeSpan FromTheBeginning = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, (long After, long Begun)> _looked = [];
    private readonly SendingGate _gate = new(options, clock, logger);
    private readonly HaltedPushes _halted = new(clock);
    private readonly MassHalves _halves = new(rows, keeper, vault, clock);

    /// <summary>One message for each push at most: WeChat takes sixty a minute, and the caller comes back after a second.</summary>
    /// <returns>How many messages it sent.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        var sent = 0;
        if (_gate.IsClosed(api))
        {
            return sent;
        }

        foreach (var push in (await recipients.OpenAsync(ct)).Where(p => p.ByMass && !_halted.Contains(p)))
        {
            if (!_gate.IsPaused && await _gate.HasTokenAsync(api, ct) && (await _halves.NextAsync(push) ?? await rows.FindLostAsync(push, ct) ?? await NextAsync(push, ct)) is { } batch)
            {
                await SendAsync(api, batch);
                sent++;
            }
        }

        return sent;
    }

    /// <summary>What became of a mass message, as WeChat tells it minutes later.</summary>
    public async Task LearnAsync(MassSendJobFinish finish, CancellationToken ct)
    {
        if (finish is { Succeeded: true, ErrorCount: 0 } && finish.SentCount >= finish.TotalCount)
        {
            return;
        }

        var code = finish.Status.StartsWith("err(", StringComparison.Ordinal)
            && int.TryParse(finish.Status.AsSpan(4).TrimEnd(')'), NumberStyles.None, CultureInfo.InvariantCulture, out var reason) ? reason : (int?)null;
        LogDoubt(logger, finish.SentMsgId, code, finish.TotalCount, finish.FilterCount, finish.SentCount, finish.ErrorCount, await rows.DoubtAsync(finish.SentMsgId, finish.TotalCount, code, ct));
    }

    /// <summary>Goes on where the last look ended; now and then from the beginning, for those who wait again.</summary>
    private async Task<MassBatch?> NextAsync(OpenPush push, CancellationToken ct)
    {
        var looked = _looked.GetValueOrDefault(push.Id, (After: 0, Begun: clock.GetTimestamp()));
        looked = clock.GetElapsedTime(looked.Begun) > FromTheBeginning ? (0, clock.GetTimestamp()) : looked;
        var (batch, last) = await rows.TakeAsync(push, looked.After, ct);
        _looked[push.Id] = (last, looked.Begun);
        return batch;
    }

    private async Task SendAsync(WeChatApi api, MassBatch batch)
    {
        if (await OpenAsync(batch) is not var (openIds, members))
        {
            return;
        }

        batch = batch with { Members = members };
        MassSent? sent = null;
        OutboxOutcome outcome;
        try
        {
            outcome = await OutboxOutcome.OfAsync(OutboxChannel.Mass, async () => $"{(sent = await api.Mass.SendAsync(openIds, Message(batch.Push), batch.Id, default)).MsgId}", TimeSpan.Zero, clock);
        }
        catch (Exception e)
        {
            LogNotTried(logger, e);
            outcome = new OutboxOutcome(OutboxState.Waiting, _halted.Add(batch.Push));
        }

        // Who belongs to it stays so until it is known: under this id WeChat sends it once.
        _gate.Note(outcome);
        if (outcome.State == OutboxState.Unknown || outcome.ErrCode == AtWork || (batch.IsRepeat && outcome.State == OutboxState.Waiting))
        {
            return;
        }

        if (!batch.IsRepeat && (outcome.State == OutboxState.Refused || outcome.IsUnfollowed))
        {
            if (await _halves.SplitAsync(api, batch, outcome))
            {
                _looked.Remove(batch.Push.Id);
            }

            return;
        }

        // A call before this one may have gone through, whatever is said of this one. WeChat knows the id of a first call: somebody else has used it.
        outcome = outcome.State == OutboxState.Sent ? (sent is { AlreadySent: true } && !batch.IsRepeat ? outcome with { State = OutboxState.Unknown } : outcome)
            : batch.IsRepeat ? outcome with { State = OutboxState.Unknown }
            : outcome.IsForTheContent ? outcome with { State = OutboxState.Waiting, Again = _halted.Add(batch.Push) }
            : outcome;
        await keeper.KeepAsync(() => rows.StoreAsync(batch, outcome, outcome.State == OutboxState.Sent && sent is { MsgId: not 0 } ? outcome.WeChatId : null));
    }

    /// <summary>Whose stored address cannot be opened is refused alone. If nobody's can, it is the key ring that is at fault, and all wait until that is mended.</summary>
    /// <returns>Null where nothing can be sent.</returns>
    private async Task<(List<string> OpenIds, List<MassMember> Members)?> OpenAsync(MassBatch batch)
    {
        var (openIds, members, closed) = (new List<string>(), new List<MassMember>(), new List<long>());
        foreach (var member in batch.Members)
        {
            try
            {
                openIds.Add(vault.Open(member.OpenIdSealed));
                members.Add(member);
            }
            catch (CryptographicException)
            {
                closed.Add(member.Id);
            }
        }

        if (closed.Count == 0)
        {
            return (openIds, members);
        }

        LogClosed(logger, closed.Count, batch.Members.Count);
        if (batch.IsRepeat)
        {
            return null; // it went out to all of them, or to none: who belongs to it stays
        }

        if (members.Count == 0 && !await addresses.IsKeyRingRightAsync(default))
        {
            await keeper.KeepAsync(() => rows.StoreAsync(batch, new OutboxOutcome(OutboxState.Waiting, _halted.Add(batch.Push)), null));
            return null;
        }

        await keeper.KeepAsync(() => rows.StoreAsync(batch, closed, new OutboxOutcome(OutboxState.Refused)));
        if (members.Count > 1)
        {
            return (openIds, members);
        }

        await keeper.KeepAsync(() => rows.StoreAsync(batch, [.. members.Select(m => m.Id)], new OutboxOutcome(OutboxState.Parked))); // WeChat takes two at least
        return null;
    }

    private MassMessage Message(OpenPush push)
        => MassMessage.Text($"{push.Title}\n{push.Text}" + (content.Has(HowToStop) ? "\n\n" + content.Reply(HowToStop) : ""));

    [LoggerMessage(LogLevel.Warning, "Mass message {MsgId} did not reach everybody (err {Code}): {Total} in all, {Filtered} let through, {Sent} sent, {Failed} failed; {Rows} recipients are unknown.")]
    private static partial void LogDoubt(ILogger logger, string msgId, int? code, long total, long filtered, long sent, long failed, int rows);

    [LoggerMessage(LogLevel.Error, "The addresses of {Count} of {All} recipients cannot be opened with this key ring.")]
    private static partial void LogClosed(ILogger logger, int count, int all);

    [LoggerMessage(LogLevel.Error, "A mass message was not tried.")]
    private static partial void LogNotTried(ILogger logger, Exception fault);
}
