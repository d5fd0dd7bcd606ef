using System.Collections.Concurrent;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.Pushes;

/// <summary>Everything that pushes do by themselves, except for sending. Any number of nodes may run it at once.</summary>
public sealed class PushRounds(IServiceScopeFactory scopes, PushFilling filling, PushEnds ends, TimeProvider clock)
{
    private const int StartedAtOnce = 20;
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    /// <summary>Pieces that could not start, for want of a slot, with the time to look again.</summary>
    private readonly ConcurrentDictionary<int, DateTimeOffset> _waiting = new();

    /// <summary>Starts what is due, writes the next recipients of each push, ends what is over.</summary>
    /// <returns>False when there is nothing to do now.</returns>
    public async Task<bool> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, starts) = (scope.ServiceProvider.GetRequiredService<BotDb>(), scope.ServiceProvider.GetRequiredService<PushStarts>());
        var now = clock.GetUtcNow();
        foreach (var piece in await starts.DueAsync(StartedAtOnce, ct))
        {
            if (_waiting.GetValueOrDefault(piece) <= now && await starts.StartAsync(piece, ct) is null)
            {
                _waiting[piece] = now + TryAgain;
            }
        }

        var fills = false;
        foreach (var push in await db.Pushes.Where(p => p.State <= PushState.Stopped).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
            if (await filling.StepAsync(push, ct))
            {
                fills = true;
            }
            else
            {
                await ends.StepAsync(push, ct);
            }
        }

        return fills;
    }
}
