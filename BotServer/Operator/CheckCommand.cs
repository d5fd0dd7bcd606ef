using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Server.Operator;

/// <summary>Whether this installation would work, a line a part. Parts without secrets are off, which is no fault.</summary>
internal sealed class CheckCommand(IServiceProvider services) : IOperatorCommand
{
    public static string Words => "check";

    public static string Usage => "check – settings, database, WeChat reachability, a verdict each; fails when something that is switched on does not work";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        // Settings of most sections have been read by now: a bad one has stopped the program with its name.
        var verdicts = new List<Verdict>
        {
            await TryAsync("settings", () => SettingsAsync()),
            await TryAsync("content", () => ContentAsync()),
            await TryAsync("keys", () => KeysAsync()),
        };
        var keysWork = verdicts[^1].Works;
        verdicts.Add(await TryAsync("database", () => DatabaseAsync(keysWork, ct)));
        verdicts.Add(await TryAsync("shared state", () => SharedStateAsync(ct)));
        if (verdicts[0].Works)
        {
            verdicts.Add(await TryAsync("WeChat official account, messages", () => WebhookAsync("Mp", WeChat.Mp.Token)));
            verdicts.Add(await TryAsync("WeChat official account, calls", () => ApiAsync(WeChatAccount.Mp, ct)));
            verdicts.Add(await TryAsync("WeChat mini program, messages", () => WebhookAsync("Mini", WeChat.Mini.Token)));
            verdicts.Add(await TryAsync("WeChat mini program, calls", () => ApiAsync(WeChatAccount.Mini, ct)));
        }

        foreach (var verdict in verdicts)
        {
            await call.Out.WriteLineAsync($"{verdict.Part}: {verdict.Words}");
        }

        return verdicts.All(v => v.Works) ? 0 : 1;
    }

    private WeChatOptions WeChat => services.GetRequiredService<IOptions<WeChatOptions>>().Value;

    private static async Task<Verdict> TryAsync(string part, Func<Task<string>> check)
    {
        try
        {
            return new Verdict(part, await check(), Works: true);
        }
        catch (Exception e) when (e is OptionsValidationException or ContentException or SettingsException or MigrationException or IOException or InvalidDataException or UnauthorizedAccessException
            or WeChatException or WeChatSilenceException or TimeoutException or StackExchange.Redis.RedisException || DatabaseFaults.IsUnavailable(e) || e is System.Data.Common.DbException)
        {
            return new Verdict(part, "FAILED. " + e.Message.ReplaceLineEndings(" "), Works: false);
        }
    }

    private Task<string> SettingsAsync()
    {
        _ = WeChat;
        return Task.FromResult($"ok, people reach this server at {services.GetRequiredService<SiteOptions>().PublicUrl}");
    }

    private Task<string> ContentAsync()
    {
        services.GetRequiredService<BotCommands>().Check(services.GetRequiredService<ContentLibrary>());
        return Task.FromResult("ok");
    }

    private Task<string> KeysAsync() => Task.FromResult($"ok, ring {services.GetRequiredService<KeyRing>().Fingerprint}");

    /// <param name="keysWork">Otherwise they are reported as what they are, and not compared.</param>
    private async Task<string> DatabaseAsync(bool keysWork, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<BotDb>();
        if (!await db.Database.CanConnectAsync(ct))
        {
            scope.ServiceProvider.GetRequiredService<Migrator>().EnsureSqliteFolder();
            return db.Database.IsSqliteDatabase()
                ? "ok, but there is none yet; the first start makes it"
                : throw new SettingsException("No connection. Look at Database:ConnectionString and whether the server runs.");
        }

        var ran = await db.Database.SqlQuery<int>($"SELECT COUNT(*) AS \"Value\" FROM schema_migrations").SingleAsync(ct);
        var pending = Migrator.Count(db.Database.IsSqliteDatabase()) - ran;
        var fingerprint = await db.InstallationFacts.AsNoTracking().Where(f => f.Name == ServerHost.KeysFact).Select(f => f.Value).FirstOrDefaultAsync(ct);
        return keysWork && fingerprint is not null && fingerprint != services.GetRequiredService<KeyRing>().Fingerprint
                ? throw new SettingsException("It was written with another key ring than the one in Keys:Path.")
            : pending < 0 ? throw new SettingsException("It was written by a newer version of this program.")
            : pending > 0 ? $"ok, {pending} schema scripts wait for the next start or 'migrate'"
            : "ok, schema up to date";
    }

    private async Task<string> SharedStateAsync(CancellationToken ct)
    {
        var state = services.GetRequiredService<ISharedState>();
        await state.SetAsync("check", [1], TimeSpan.FromSeconds(10), ct);
        return state is RedisState { IsAway: true } ? throw new SettingsException("Redis does not answer. Look at Redis:ConnectionString and whether it runs.")
            : await state.GetAsync("check", ct) is null ? throw new SettingsException("What was stored cannot be read back.")
            : state is MemoryState ? "ok, in this process (Redis:ConnectionString is empty)" : "ok, Redis";
    }

    private Task<string> WebhookAsync(string account, string token)
        => Task.FromResult(token.Length == 0 ? $"off (WeChat:{account}:Token is empty)" : $"on, WeChat must be told {services.GetRequiredService<SiteOptions>().At("/wechat/" + account.ToLowerInvariant())}");

    private async Task<string> ApiAsync(WeChatAccount account, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        if (!api.IsOn(account))
        {
            return $"off (WeChat:{account}:AppId or AppSecret is empty)";
        }

        await api.ProbeAsync(account, ct);
        return "ok, WeChat gave a token";
    }

    private sealed record Verdict(string Part, string Words, bool Works);
}
