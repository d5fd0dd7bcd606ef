using Bot.Simulator.Platform;

namespace Bot.Simulator.Start;

/// <summary>One run: starts the bot, loads the samples, says what to open, and waits for the end.</summary>
internal static class Opening
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        var ct = app.Lifetime.ApplicationStopping;
        var bot = app.Services.GetRequiredService<BotProcess>();
        var options = app.Services.GetRequiredService<SimulatorOptions>();
        if (options.Mode is { } mode)
        {
            app.Services.GetRequiredService<FakeWeChat>().SetMode(mode);
        }

        try
        {
            Console.WriteLine("Starting the bot …");
            await bot.StartAsync(ct);
            await app.Services.GetRequiredService<Samples>().LoadAsync(Console.WriteLine, ct);
            Console.WriteLine(Greeting(app, options));
            var stopped = app.WaitForShutdownAsync(CancellationToken.None);
            if (await Task.WhenAny(stopped, bot.Died) == stopped)
            {
                return 0;
            }

            throw new InvalidOperationException("The bot has ended unexpectedly.");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"\n{e.Message}");
            Console.Error.WriteLine(string.Join('\n', bot.LastLines.Select(line => "  | " + line)));
            Console.Error.WriteLine($"Its whole log: {app.Services.GetRequiredService<DataFolder>().Log}");
            return 1;
        }
        finally
        {
            await bot.DisposeAsync();
        }
    }

    private static string Greeting(WebApplication app, SimulatorOptions options)
    {
        var branches = app.Services.GetRequiredService<Joinings>().All;
        var phone = options.Url.GetLeftPart(UriPartial.Authority);
        var console = options.BotUrl.GetLeftPart(UriPartial.Authority) + "/staff";
        var members = Samples.Members
            .Select(m => (m.Name, m.Number, branches.FirstOrDefault(b => b.Path.EndsWith(m.Branch, StringComparison.Ordinal))?.Code))
            .Where(m => m.Code is not null)
            .Select(m => $"               绑定 {m.Code} {m.Name} {m.Number}");
        return $"""

              Phones       {phone}
                           follow the account, then send 学习
              Console      {console}
                           sign in as {string.Join(", ", Samples.Staff.Select(s => $"{s.Login} ({s.Role})"))}; password as the login
              To join a branch, send one of these lines and answer 同意
              (the first is a branch secretary, for whom 进度 opens the branch):
            {string.Join('\n', members)}

              Pretend users and data are kept in {app.Services.GetRequiredService<DataFolder>()}
              Ctrl+C ends it.

            """;
    }
}
