using System.Collections.Concurrent;

namespace Bot.Core.WeChat;

/// <param name="Token">Up to 512 characters.</param>
/// <param name="Lifetime">As WeChat said: 7,200 s, at worst 300 s.</param>
public readonly record struct FreshToken(string Token, TimeSpan Lifetime)
{
    public override string ToString() => nameof(FreshToken);
}

/// <summary>The API tokens of this process, one per appid (§6.1). One for all users of an account, so register it once.</summary>
public sealed class AccessTokens(TimeProvider clock)
{
    private const int Busy = -1;

    /// <summary>In a token's last 300 s WeChat hands out the next one and accepts both.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(120);

    /// <summary>A wrong secret or an address that is not allowed does not get better by asking with every message.</summary>
    private static readonly TimeSpan RefusalKept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Slot> _slots = new();

    /// <summary>The token kept, or one from <paramref name="fetch"/>, which all who wait share.</summary>
    /// <param name="appId">Whose.</param>
    /// <param name="fetch">Must end by itself: it is not cancelled with one of its waiters.</param>
    /// <param name="ct">Ends the waiting, not the fetch.</param>
    public Task<string> GetAsync(string appId, Func<Task<FreshToken>> fetch, CancellationToken ct)
    {
        var slot = _slots.GetOrAdd(appId, _ => new Slot());
        lock (slot)
        {
            var now = clock.GetUtcNow();
            if (slot.Token is not null && now < slot.Until)
            {
                return Task.FromResult(slot.Token);
            }

            if (slot.Refusal is { } refusal && now < slot.Until)
            {
                return Task.FromException<string>(new WeChatException(refusal.Code, refusal.Method, refusal.Rid));
            }

            slot.Flight ??= Task.Run(() => FetchAsync(slot, fetch), CancellationToken.None);
            return slot.Flight.WaitAsync(ct);
        }
    }

    /// <summary>Drops the token, unless somebody has already fetched a newer one.</summary>
    public void Invalidate(string appId, string token)
    {
        var slot = _slots.GetOrAdd(appId, _ => new Slot());
        lock (slot)
        {
            slot.Token = slot.Token == token ? null : slot.Token;
        }
    }

    private async Task<string> FetchAsync(Slot slot, Func<Task<FreshToken>> fetch)
    {
        try
        {
            var (token, lifetime) = await fetch();
            var margin = lifetime / 2 < Margin ? lifetime / 2 : Margin;
            slot.Land(token, null, clock.GetUtcNow() + lifetime - margin);
            return token;
        }
        catch (WeChatException refusal) when (refusal.Code != Busy)
        {
            slot.Land(null, refusal, clock.GetUtcNow() + RefusalKept);
            throw;
        }
        catch
        {
            slot.Land(null, null, default);
            throw;
        }
    }

    private sealed class Slot
    {
        public string? Token { get; set; }

        public WeChatException? Refusal { get; private set; }

        public DateTimeOffset Until { get; private set; }

        public Task<string>? Flight { get; set; }

        public void Land(string? token, WeChatException? refusal, DateTimeOffset until)
        {
            lock (this)
            {
                (Token, Refusal, Until, Flight) = (token, refusal, until, null);
            }
        }
    }
}
