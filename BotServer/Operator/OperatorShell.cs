using Bot.Core.Data;
using Bot.Server.HelpLine;
using Bot.Server.Lessons;
using Bot.Server.Privacy;
using Bot.Server.Roster;
using Bot.Server.Staff;
using Bot.Server.WeChat;

namespace Bot.Server.Operator;

/// <summary>Finds and runs an operator's command. Results go to stdout, logs to stderr.</summary>
internal static class OperatorShell
{
    /// <param name="configure">As in <see cref="ServerHost.Build"/>.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, Action<WebApplicationBuilder>? configure = null)
    {
        var entry = Commands.Where(c => args.Take(c.Words.Split(' ').Length).SequenceEqual(c.Words.Split(' '))).MaxBy(c => c.Words.Length);
        if (entry is null)
        {
            await PrintHelpAsync(args is ["--help"] ? output : error);
            return args is ["--help"] ? 0 : 2;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        try
        {
            await using var app = BuildHost(configure);
            app.Services.GetRequiredService<DatabaseOptions>().WaitLonger();
            if (entry.NeedsDatabase)
            {
                await ServerHost.PrepareAsync(app.Services, stop.Token);
            }

            await using var scope = app.Services.CreateAsyncScope();
            var call = new OperatorCall([.. args.Skip(entry.Words.Split(' ').Length)], output, error);
            return await entry.RunAsync(scope.ServiceProvider, call, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("Stopped; nothing was changed.");
            return 130;
        }
        catch (Exception e) when (ServerHost.IsOperatorsToMend(e))
        {
            await error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The same services as the server's, without serving and without its background work.</summary>
    private static WebApplication BuildHost(Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder(ServerHost.Beside([]));
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddFilter((_, level) => level >= LogLevel.Warning);
        configure?.Invoke(builder);
        builder.AddBot();
        return builder.Build();
    }

    private static async Task PrintHelpAsync(TextWriter writer)
    {
        await writer.WriteLineAsync("Without a command the server starts. Commands:");
        foreach (var command in Commands.OrderBy(c => c.Words, StringComparer.Ordinal))
        {
            await writer.WriteLineAsync("  " + command.Usage);
        }
    }

    private static readonly IReadOnlyList<Entry> Commands =
    [
        Of<MigrateCommand>(),
        Of<CheckCommand>(needsDatabase: false),
        Of<MenuPublishCommand>(),
        Of<StaffAddCommand>(),
        Of<StaffLeaveCommand>(),
        Of<StaffSampleCommand>(),
        Of<AuditVerifyCommand>(),
        Of<RotateKeysCommand>(),
        Of<LessonImportCommand>(),
        Of<LessonPauseCommand>(),
        Of<RosterImportCommand>(),
        Of<RosterCodesCommand>(),
        Of<OrganisationRenameCommand>(),
        Of<OrganisationMoveCommand>(),
        Of<OrganisationMergeCommand>(),
        Of<OrganisationCloseCommand>(),
        Of<RosterAliasCommand>(),
        Of<RosterTemplateCommand>(needsDatabase: false),
        Of<EraseCommand>(),
        Of<TallyRebuildCommand>(),
        Of<TallyShowCommand>(),
    ];

    private static Entry Of<TCommand>(bool needsDatabase = true)
        where TCommand : class, IOperatorCommand
        => new(TCommand.Words, TCommand.Usage, needsDatabase, (services, call, ct) => ActivatorUtilities.CreateInstance<TCommand>(services).RunAsync(call, ct));

    private sealed record Entry(string Words, string Usage, bool NeedsDatabase, Func<IServiceProvider, OperatorCall, CancellationToken, Task<int>> RunAsync);
}
