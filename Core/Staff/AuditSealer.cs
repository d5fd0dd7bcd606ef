using System.Data.Common;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Staff;

/// <summary>
/// Seals the log every two seconds, on every node: until then an entry could be removed unseen. No job of the scheduler: it would fill the
/// history of runs, and must go on where jobs run elsewhere.
/// </summary>
internal sealed partial class AuditSealer(IServiceScopeFactory scopes, ILogger<AuditSealer> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private bool _holds = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SealAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFaults.IsUnavailable(e) || e is DbException or DbUpdateException)
            {
                LogFailed(logger, e); // the database is away or busy; nothing is lost, the entries wait
            }
        }
    }

    private async Task SealAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var holds = await scope.ServiceProvider.GetRequiredService<AuditChain>().SealAsync(ct);
        if (_holds && !holds)
        {
            LogBroken(logger);
        }

        _holds = holds;
    }

    [LoggerMessage(LogLevel.Warning, "The audit log could not be sealed now; it will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "The audit log's kept end does not hold; nothing more is sealed. Run 'audit verify' and keep a copy of the database.")]
    private static partial void LogBroken(ILogger logger);
}
