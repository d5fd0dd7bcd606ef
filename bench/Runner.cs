using Bot.Bench.Setup;
using Bot.Core.Data;

namespace Bot.Bench;

/// <summary>Runs one measurement or all, bounded in time; leaves no process and no file behind.</summary>
internal static class Runner
{
    public static async Task<int> RunAsync(BenchOptions options)
    {
        using var stop = new CancellationTokenSource(options.AtMost);
        Console.CancelKeyPress += (_, press) =>
        {
            press.Cancel = true;
            stop.Cancel();
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Child.KillAll();
        stop.Token.Register(Child.KillAll); // whoever waits for an answer then gets a broken connection
        try
        {
            var passed = true;
            foreach (var measure in Measurements(options))
            {
                var report = await measure(stop.Token);
                Console.WriteLine(report);
                passed &= report.Passed;
            }

            return passed ? 0 : 1;
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped, or out of time (--minutes).");
            return 3;
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 3;
        }
        finally
        {
            Child.KillAll();
        }
    }

    private static IEnumerable<Func<CancellationToken, Task<Report>>> Measurements(BenchOptions options)
    {
        switch (options.Verb)
        {
            case "webhook":
                return [ct => WebhookBench.RunAsync(options, ct)];
            case "completions":
                return [ct => CompletionsBench.RunAsync(options, ct)];
            case "crash":
                return [ct => CrashBench.RunAsync(options, ct)];
            case "start":
                return [ct => StartBench.RunAsync(options, ct)];
            case "figures":
                return [ct => FiguresBench.RunAsync(options, ct)];
            case "roster":
                return [ct => RosterBench.RunAsync(options, ct)];
            case "console":
                return [ct => ConsoleBench.RunAsync(options, ct)];
            case "push":
                return [ct => options.IsCrash ? PushCrashBench.RunAsync(options, ct) : options.IsFill ? PushFillBench.RunAsync(options, ct) : PushBench.RunAsync(options, ct)];
            case "helpline":
                return [ct => HelpLineBench.RunAsync(options, ct)];
            default:
                var sqlite = options.On(DatabaseProvider.Sqlite);
                var crashes = options.ConnectionString.Length > 0 ? new[] { sqlite, options.On(DatabaseProvider.Postgres) } : [sqlite];
                return
                [
                    ct => StartBench.RunAsync(sqlite, ct),
                    ct => WebhookBench.RunAsync(sqlite, ct),
                    ct => CompletionsBench.RunAsync(sqlite, ct),
                    .. crashes.Select(o => (Func<CancellationToken, Task<Report>>)(ct => CrashBench.RunAsync(o, ct))),
                ];
        }
    }
}

/// <summary>Nothing can be measured like this; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
