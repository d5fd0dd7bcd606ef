using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Replies;
using Bot.Core.Settings;
using Bot.Server.WeChat;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server;

/// <summary>Builds the server, brings the database up to date, serves until it is told to stop.</summary>
public static class ServerHost
{
    internal const string KeysFact = "keys.fingerprint";

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await PrepareAsync(app.Services, CancellationToken.None);
            await app.RunAsync();
            return 0;
        }
        catch (Exception e) when (IsOperatorsToMend(e))
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <param name="configure">Before anything of ours is registered: tests give their own settings, clock and network.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Runs from any working directory: settings, Content/ and assets lie beside the program.
        var builder = WebApplication.CreateBuilder(Beside(args));
        configure?.Invoke(builder);
        builder.AddBot();
        var app = builder.Build();
        app.UseBot();
        return app;
    }

    /// <summary>The program's own folder and name, whichever process hosts it: pages and assets are found by them.</summary>
    internal static WebApplicationOptions Beside(string[] args)
        => new() { Args = args, ContentRootPath = AppContext.BaseDirectory, ApplicationName = typeof(ServerHost).Assembly.GetName().Name };

    /// <summary>What must be true before the first request: schema, content, and keys that fit the database.</summary>
    public static async Task PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        services.GetRequiredService<BotCommands>().Check(services.GetRequiredService<ContentLibrary>());
        _ = services.GetRequiredService<PrivacyNotice>();
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Migrator>().MigrateAsync(ct);
        await services.GetRequiredService<ReplyOverlay>().LoadAsync(ct);
        await CheckKeysAsync(scope.ServiceProvider.GetRequiredService<BotDb>(), services.GetRequiredService<KeyRing>(), ct);
    }

    /// <summary>Faults with a message for whoever runs the program; a stack trace would only hide it.</summary>
    internal static bool IsOperatorsToMend(Exception e)
        => e is SettingsException or ContentException or MigrationException or Microsoft.Extensions.Options.OptionsValidationException
            || (e is IOException && e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            || DatabaseFaults.IsUnavailable(e);

    /// <summary>With other keys nobody could be found again and no openid could be read.</summary>
    private static async Task CheckKeysAsync(BotDb db, KeyRing keys, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO installation_facts (name, value) VALUES ({KeysFact}, {keys.Fingerprint}) ON CONFLICT (name) DO NOTHING", ct);
        if (await db.InstallationFacts.AsNoTracking().Where(f => f.Name == KeysFact).Select(f => f.Value).FirstAsync(ct) != keys.Fingerprint)
        {
            throw new SettingsException("Keys:Path holds another key ring than this database was written with. Point it at the right folder or restore the ring from its backup.");
        }
    }
}
