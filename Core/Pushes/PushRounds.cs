using System.Collections.Concurrent;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Pushes;

/// <summary>Everything that pushes do by themselves, except for sending. Any number of nodes may run it at once; a fault of one push leaves the others alone.</summary>
public sealed partial class PushRounds(IServiceScopeFactory scopes, PushFilling filling, PushEnds ends, TimeProvider clock, ILogger<PushRounds> logger)
{
    private const int StartedAtOnce = 20;
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    /// <summary>Pieces that could not start, for want of a slot or of an audience, with the time to look again.</summary>
    private readonly ConcurrentDictionary<int, DateTimeOffset> _waiting = new();

    /// <summary>Starts what is due, writes the next recipients of each push, ends what is over.</summary>
    /// <returns>False when there is nothing to do now.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, starts) = (scope.ServiceProvider.GetRequiredService<BotDb>(), scope.ServiceProvider.GetRequiredService<PushStarts>());
        var now = clock.GetUtcNow();
        foreach (var over in _waiting.Where(w => w.Value <= now).Select(w => w.Key))
        {
            _waiting.TryRemove(over, out _);
        }

        foreach (var piece in await starts.DueAsync(StartedAtOnce, [.. _waiting.Keys], ct))
        {
            if (await ApartAsync(piece, async () => await starts.StartAsync(piece, ct) is not null, ct) is not true)
            {
                _waiting[piece] = now + TryAgain;
            }
        }

        var (fills, runs) = (false, false);
        foreach (var push in await db.Pushes.Where(p => p.State <= PushState.Stopped).OrderBy(p => p.Id).Select(p => new { p.Id, p.State, p.EndsAt }).ToListAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
            if (push.EndsAt <= now)
            {
                await ApartAsync(push.Id, () => CloseAsync(push.Id, ct), ct);
            }
            else if (push.State == PushState.Filling)
            {
                var isFilling = await ApartAsync(push.Id, () => filling.StepAsync(push.Id, ct), ct);
                (fills, runs) = (fills || isFilling is true, runs || isFilling is false);
            }
            else
            {
                runs |= push.State == PushState.Running;
            }
        }

        await (runs ? ends.EndAsync(ct) : Task.CompletedTask);
        return fills;
    }

    private async Task<bool> CloseAsync(int push, CancellationToken ct)
    {
        await ends.CloseAsync(push, ct);
        return true;
    }

    /// <returns>Null after a fault.</returns>
    private async Task<bool?> ApartAsync(int id, Func<Task<bool>> step, CancellationToken ct)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFault(logger, id, e);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "A step of push {Id} failed.")]
    private static partial void LogFault(ILogger logger, int id, Exception fault);
}
