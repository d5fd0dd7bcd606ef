using System.Globalization;
using Bot.Core.Content;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Replies;

/// <summary>
/// Lays what was approved over the defaults, on every node: one look a second at one row, so that a message pays nothing but the library's
/// volatile read, and a change by another process shows within two seconds.
/// </summary>
public sealed partial class ReplyOverlay(IDbContextFactory<BotDb> databases, ContentLibrary content, ILogger<ReplyOverlay> logger) : BackgroundService
{
    /// <summary>Rises with every approval; whoever approves holds its row.</summary>
    internal const string VersionFact = "replies.version";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1);
    private string? _version;

    /// <summary>What holds by the rows of this moment; also within a transaction.</summary>
    /// <param name="leftOut">Is told the key of what cannot be said; the default is said then.</param>
    internal static async Task<ContentSet> ReadAsync(BotDb db, ContentSet defaults, CancellationToken ct, Action<string>? leftOut = null)
    {
        var held = await db.ReplyChanges.AsNoTracking()
            .Where(c => c.State == ReplyChangeState.Approved && !db.ReplyChanges.Any(l => l.Key == c.Key && l.State == ReplyChangeState.Approved && l.Id > c.Id))
            .OrderBy(c => c.Id).Select(c => new { c.Key, c.Text }).ToListAsync(ct);
        var own = held.Where(c => c.Text is not null).Select(c => KeyValuePair.Create(c.Key, c.Text!)).Where(o => Keeps(o.Key, () => defaults.With([o]) is not null)).ToList();

        // A newer Content/ may have other placeholders than when this was approved: then the default is said.
        var all = defaults.With(own);
        return defaults.With([.. own.Where(o => Keeps(o.Key, () => ContentKey.Parse(o.Key) is { } key && defaults.TextOf(key) is not null
            && !ReplyLocks.IsLocked(key) && ContentRules.Check(all, defaults, key, o.Value) is null))]);

        bool Keeps(string key, Func<bool> isFit)
        {
            try
            {
                if (isFit())
                {
                    return true;
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever is wrong with one row, all the others are said.
            }

            leftOut?.Invoke(key);
            return false;
        }
    }

    /// <summary>To be called at the start and after an approval in this process.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var version = await VersionAsync(db, ct);
            content.Overlay(await ReadAsync(db, content.Defaults, ct, key => LogLeftOut(logger, key)));
            _version = version;
        }
        finally
        {
            _loading.Release();
        }
    }

    public override void Dispose()
    {
        _loading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var db = await databases.CreateDbContextAsync(stoppingToken);
                if (await VersionAsync(db, stoppingToken) != _version)
                {
                    await LoadAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e); // what holds goes on; the next look tells
            }
        }
    }

    /// <summary>Of several who approve together one goes on here and the next sees what it has done. Inside a transaction.</summary>
    internal static async Task RaiseVersionAsync(BotDb db, CancellationToken ct)
    {
        await db.Database.ExecuteSqlAsync($"INSERT INTO installation_facts (name, value) VALUES ({VersionFact}, '0') ON CONFLICT (name) DO NOTHING", ct);
        await db.InstallationFacts.Where(f => f.Name == VersionFact).ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, f => f.Value), ct);
        var next = (int.Parse((await VersionAsync(db, ct))!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
        await db.InstallationFacts.Where(f => f.Name == VersionFact).ExecuteUpdateAsync(set => set.SetProperty(f => f.Value, next), ct);
    }

    private static Task<string?> VersionAsync(BotDb db, CancellationToken ct)
        => db.InstallationFacts.AsNoTracking().Where(f => f.Name == VersionFact).Select(f => f.Value).FirstOrDefaultAsync(ct);

    [LoggerMessage(LogLevel.Warning, "What was approved for {Key} cannot be said; the default is said.")]
    private static partial void LogLeftOut(ILogger logger, string key);

    [LoggerMessage(LogLevel.Warning, "Changes of what the bot says could not be looked for now; it will be tried again.")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
