using System.Security.Cryptography;
using System.Threading.Channels;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>
/// One run over the recipients of pushes that can be notified: taken by the hundred, sent one by one as fast as allowed, many on their way at
/// once, outcomes stored by the hundred. Holds no more of a push than what is on its way.
/// </summary>
internal sealed partial class RecipientRun(
    RecipientRows rows,
    RecipientRotation rotation,
    RecipientLooks looks,
    HaltedPushes halted,
    Func<OpenPush, Notification> notice,
    WeChatApi api,
    SendingGate gate,
    SendingPace pace,
    OutcomeKeeper keeper,
    Vault vault,
    AddressCheck addresses,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>Taken whose outcomes are not stored yet: so many are unknown at most when the process is killed. Enough for 1,000 a second that take 300 ms each.</summary>
    private const int MostOut = 512;

    private const int TakenAtOnce = 100;
    private const int StoredAtOnce = 500;

    /// <summary>How long outcomes gather before they are stored.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(100);

    private readonly SemaphoreSlim _room = new(MostOut);
    private readonly Channel<RecipientOutcome> _outcomes = Channel.CreateUnbounded<RecipientOutcome>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task<bool>? _isKeyRingRight;
    private volatile bool _stopped;
    private int _taken;

    /// <returns>How many recipients it took.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var storing = Task.Run(StoreAsync, CancellationToken.None);
        try
        {
            var next = TakeAsync(ct);
            while (await next is { Count: > 0 } batch)
            {
                next = TakeAsync(ct); // meanwhile
                foreach (var recipient in batch)
                {
                    await BeginAsync(recipient, ct);
                }
            }
        }
        finally
        {
            // When there is room for all again, the last outcome has been stored.
            _over.TrySetResult();
            for (var i = 0; i < MostOut; i++)
            {
                await _room.WaitAsync(CancellationToken.None);
            }

            _outcomes.Writer.Complete();
            await storing;
        }

        return _taken;
    }

    private async Task<IReadOnlyList<TakenRecipient>> TakeAsync(CancellationToken ct)
    {
        while (!_stopped && !ct.IsCancellationRequested && !(gate.IsProbing && _taken > 0) && await rotation.NextAsync(ct) is var (push, after))
        {
            var most = gate.IsProbing ? 1 : TakenAtOnce;
            for (var i = 0; i < most; i++)
            {
                await _room.WaitAsync(CancellationToken.None);
            }

            var taken = 0;
            try
            {
                var window = await rows.TakeAsync(push, after, most, OutboxChannel.Notification);
                taken = window.Taken.Count;
                rotation.Note(push, window);
                _taken += taken;
                if (taken > 0)
                {
                    return window.Taken;
                }

                await (window.Last == after ? Task.Delay(TimeSpan.FromMilliseconds(5), clock, ct) : Task.CompletedTask); // another node takes just now
            }
            finally
            {
                if (taken < most)
                {
                    _room.Release(most - taken);
                }
            }
        }

        return [];
    }

    /// <summary>What was taken when sending has to stop waits again, as if it had not been taken.</summary>
    private async Task BeginAsync(TakenRecipient recipient, CancellationToken ct)
    {
        try
        {
            if (!_stopped && !halted.Contains(recipient.Push))
            {
                await pace.WaitAsync(ct);
                _ = SendAsync(recipient);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // The process is asked to stop.
        }
        catch (Exception e)
        {
            LogNotTried(logger, e);
            _stopped = true; // whatever it was would meet the next ones, too: each that was taken gets its outcome, else the run never ends
        }

        Note(recipient, new OutboxOutcome(OutboxState.Waiting));
    }

    private async Task SendAsync(TakenRecipient recipient)
    {
        OutboxOutcome outcome;
        try
        {
            var openId = vault.Open(recipient.OpenIdSealed);
            outcome = ForAPush(
                await OutboxOutcome.OfAsync(
                    OutboxChannel.Notification, () => api.Messages.SendNotificationAsync(WeChatAccount.Mp, openId, notice(recipient.Push), default)!, TimeSpan.Zero, clock),
                recipient.Push);
        }
        catch (CryptographicException e)
        {
            LogNotTried(logger, e);
            outcome = await ClosedAsync(recipient.Push);
        }
        catch (Exception e)
        {
            LogNotTried(logger, e);
            outcome = OutboxOutcome.NotTried(TimeSpan.Zero, clock.GetUtcNow());
        }

        gate.Note(outcome);
        if (gate.IsPaused)
        {
            _stopped = true;
        }

        Note(recipient, outcome);
    }

    private void Note(TakenRecipient recipient, OutboxOutcome outcome)
    {
        if (outcome.State == OutboxState.Waiting)
        {
            looks.NoteWaiting(recipient.Push);
        }

        _outcomes.Writer.TryWrite(new RecipientOutcome(recipient, outcome));
    }

    /// <summary>The address alone is at fault, or the key ring: then nobody's can be opened, and all wait until it is mended.</summary>
    private async Task<OutboxOutcome> ClosedAsync(OpenPush push)
    {
        try
        {
            return await (_isKeyRingRight ??= addresses.IsKeyRingRightAsync(default)) ? new OutboxOutcome(OutboxState.Refused) : new OutboxOutcome(OutboxState.Waiting, halted.Add(push));
        }
        catch (Exception e)
        {
            LogNotTried(logger, e);
            return OutboxOutcome.NotTried(TimeSpan.Zero, clock.GetUtcNow());
        }
    }

    /// <summary>What is refused for the push's content would be refused to all: it waits until somebody has mended it, or the push is over.</summary>
    private OutboxOutcome ForAPush(OutboxOutcome outcome, OpenPush push)
    {
        if (outcome.IsForTheContent)
        {
            return outcome with { State = OutboxState.Waiting, Again = halted.Add(push) };
        }

        // Where no connection comes about for one it does not for the others.
        return outcome is { State: OutboxState.Waiting, Pause: null, ErrCode: null } ? outcome with { Pause = outcome.Again }
            : outcome.IsDenied && push.ByMass ? outcome with { State = OutboxState.Waiting } // the mass message takes them
            : outcome;
    }

    private async Task StoreAsync()
    {
        while (await _outcomes.Reader.WaitToReadAsync())
        {
            await Task.WhenAny(_over.Task, Task.Delay(Gathering, clock));
            var gathered = new List<RecipientOutcome>();
            while (gathered.Count < StoredAtOnce && _outcomes.Reader.TryRead(out var outcome))
            {
                gathered.Add(outcome);
            }

            await keeper.KeepAsync(() => rows.StoreAsync(gathered));
            _room.Release(gathered.Count);
        }
    }

    [LoggerMessage(LogLevel.Error, "A recipient of a push was not tried.")]
    private static partial void LogNotTried(ILogger logger, Exception fault);
}
