using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.Staff;

/// <summary>What verifying the log last said, a minute old at most: it reads every entry, however many look at the page.</summary>
public sealed class AuditVerdicts(IServiceScopeFactory scopes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan MostAge = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1);
    private (AuditVerdict Verdict, DateTimeOffset At)? _last;

    public async Task<(AuditVerdict Verdict, DateTimeOffset At)> ReadAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_last is { } last && now - last.At < MostAge && now >= last.At)
            {
                return last;
            }

            await using var scope = scopes.CreateAsyncScope();
            var verdict = await scope.ServiceProvider.GetRequiredService<AuditChain>().VerifyAsync(ct);
            _last = (verdict, now);
            return (verdict, now);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
