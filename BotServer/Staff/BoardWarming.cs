using System.Data.Common;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server.Staff;

/// <summary>Counts a region's boards once after the start, so that the first who looks at the console does not wait for it: a second or two.</summary>
internal sealed partial class BoardWarming(IServiceScopeFactory scopes, IHostApplicationLifetime lifetime, ILogger<BoardWarming> logger) : BackgroundService
{
    /// <summary>With fewer organisations nobody would notice.</summary>
    private const int Region = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await WarmAsync(scope.ServiceProvider, stoppingToken);
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e) || e is DbException)
        {
            LogNotWarmed(e.GetType().Name); // whoever looks first waits
        }
    }

    private static async Task WarmAsync(IServiceProvider services, CancellationToken ct)
    {
        if (await services.GetRequiredService<BotDb>().Organisations.CountAsync(ct) < Region)
        {
            return;
        }

        await services.GetRequiredService<LedgerBoard>().ReadAsync(ct);
        await services.GetRequiredService<WaitingBoard>().ReadAsync(ct);
        var sheets = services.GetRequiredService<FigureSheets>();
        if (!(await sheets.LessonAsync(null, ct)).IsRefused(out _, out var lesson) && lesson is not null)
        {
            var lessons = (await sheets.PeriodsAsync(ct)).SkipWhile(l => l.Id != lesson.Id).Take(FigureSheets.PeriodsInChart).ToList();
            await services.GetRequiredService<PastFigures>().OfAsync(0, [], lessons, ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A region's figures were not counted ahead: {Fault}.")]
    private partial void LogNotWarmed(string fault);
}
