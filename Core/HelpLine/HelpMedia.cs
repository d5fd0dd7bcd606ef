using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bot.Core.HelpLine;

/// <summary>Fetches pictures and voices from WeChat, which keeps them for three days, and stores them sealed. Nothing else is done with them.</summary>
public sealed partial class HelpMedia(IDbContextFactory<BotDb> databases, IServiceScopeFactory scopes, CaseKeys keys, TimeProvider clock, ILogger<HelpMedia> logger)
{
    private const int AtOnce = 8;
    private const int MostBytes = 12 * 1024 * 1024;

    private static readonly TimeSpan WeChatKeeps = TimeSpan.FromDays(3);
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(1);

    /// <summary>Of this process: what was refused is not asked for again every second.</summary>
    private DateTimeOffset _pausedUntil;

    public async Task RunAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        if (now < _pausedUntil)
        {
            return;
        }

        var wanted = await (from message in db.HelpMessages.AsNoTracking()
                            join of in db.HelpCases on message.CaseId equals of.Id
                            where message.Media == HelpMediaState.Wanted
                            orderby message.Id
                            select new { message, of.KeyId }).Take(AtOnce).ToListAsync(ct);
        if (wanted.Count == 0)
        {
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var api = scope.ServiceProvider.GetRequiredService<WeChatApi>();
        if (!api.IsOn(WeChatAccount.Mp))
        {
            return;
        }

        foreach (var one in wanted)
        {
            try
            {
                await FetchAsync(db, api, one.message, one.KeyId, now, ct);
            }
            catch (Exception e) when (e is System.Security.Cryptography.CryptographicException or IOException or System.Text.Json.JsonException)
            {
                LogBroken(logger, one.message.Id, e.GetType().Name); // one that cannot be opened holds up none of the others
                await EndAsync(db, one.message, HelpMediaState.Lost, null, one.message.Sealed, ct);
            }
        }
    }

    private async Task FetchAsync(BotDb db, WeChatApi api, HelpMessage message, string keyId, DateTimeOffset now, CancellationToken ct)
    {
        using var key = keys.Open(keyId);
        var body = key?.OpenBody(message.Sealed, message.MessageKey);
        if (key is null || body?.MediaId is not { } mediaId || now > message.At + WeChatKeeps)
        {
            await EndAsync(db, message, HelpMediaState.Lost, null, message.Sealed, ct);
            return;
        }

        try
        {
            var found = await api.Media.GetAsync(WeChatAccount.Mp, mediaId, ct);
            if (found.File is not { Bytes.Length: > 0 and <= MostBytes } file)
            {
                await EndAsync(db, message, HelpMediaState.Lost, null, message.Sealed, ct);
                return;
            }

            // The file first: a row never names one that is not there. One without a row goes with the case.
            var name = key.Keep(file.Bytes);
            await EndAsync(db, message, HelpMediaState.Stored, name, key.Seal(body with { MediaId = null, ContentType = Kind(file.ContentType) }, message.MessageKey), ct);
        }
        catch (WeChatException e)
        {
            LogRefused(logger, message.Id, e.Code);
            if (e.Verdict.Retry == WeChatRetry.Never)
            {
                await EndAsync(db, message, HelpMediaState.Lost, null, message.Sealed, ct);
            }
            else
            {
                _pausedUntil = now + AfterRefusal;
            }
        }
        catch (WeChatSilenceException)
        {
            _pausedUntil = now + AfterRefusal;
        }
    }

    private static Task EndAsync(BotDb db, HelpMessage message, HelpMediaState state, string? file, byte[] sealedBody, CancellationToken ct)
        => db.HelpMessages.Where(m => m.Id == message.Id && m.Media == HelpMediaState.Wanted)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Media, state).SetProperty(m => m.MediaFile, file).SetProperty(m => m.Sealed, sealedBody), ct);

    /// <summary>Nothing that a browser would run.</summary>
    private static string Kind(string contentType)
        => contentType.Split(';')[0].Trim().ToLowerInvariant() is ("image/jpeg" or "image/png" or "image/gif" or "audio/amr" or "audio/mpeg") and var known ? known
            : contentType.StartsWith("image/jpg", StringComparison.OrdinalIgnoreCase) ? "image/jpeg" : "application/octet-stream";

    [LoggerMessage(LogLevel.Error, "The file of message {Message} cannot be kept: {Fault}.")]
    private static partial void LogBroken(ILogger logger, long message, string fault);

    [LoggerMessage(LogLevel.Warning, "WeChat does not give the file of message {Message}: {Code}.")]
    private static partial void LogRefused(ILogger logger, long message, int code);
}
