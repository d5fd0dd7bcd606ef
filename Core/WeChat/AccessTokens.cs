using System.Collections.Concurrent;

namespace Bot.Core.WeChat;

/// <param name="Token">Up to 512 characters.</param>
/// <param name="Lifetime">As WeChat said: 7,200 s, at worst 300 s.</param>
public readonly record struct FreshToken(string Token, TimeSpan Lifetime)
{
    public override string ToString() => nameof(FreshToken);
}

/// <summary>
/// API tokens and JS tickets by name (§6.1): one flight in this process, one fetching node of all that share the store.
/// One for all users of an account, so register it once.
/// </summary>
public sealed class AccessTokens(TimeProvider clock, ITokenStore store)
{
    /// <summary>In a token's last 300 s WeChat hands out the next one and accepts both.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(120);

    /// <summary>How long before that the next one can be had: the rest of those 300 s.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromSeconds(180);

    /// <summary>How long to wait for the node that fetches; a little longer than its turn lasts when it has died.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LooksAgain = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, Slot> _slots = new();

    /// <summary>The token kept here or by another node, or one from <paramref name="fetch"/>, which all who wait share.</summary>
    /// <param name="name">Whose and which.</param>
    /// <param name="fetch">Must end by itself: it is not cancelled with one of its waiters.</param>
    /// <param name="ct">Ends the waiting, not the fetch.</param>
    /// <param name="ahead">A token with no more than this left is replaced already; whoever asks without it takes the one that is there meanwhile.</param>
    public Task<string> GetAsync(string name, Func<Task<FreshToken>> fetch, CancellationToken ct, TimeSpan ahead = default)
    {
        var slot = _slots.GetOrAdd(name, _ => new Slot());
        lock (slot)
        {
            if (slot.Token is { } token && clock.GetUtcNow() + ahead < slot.Until)
            {
                return Task.FromResult(token);
            }

            slot.Flight ??= Task.Run(() => FlyAsync(name, slot, fetch, ahead), CancellationToken.None);
            return slot.Flight.WaitAsync(ct);
        }
    }

    /// <summary>Drops the token, unless somebody has already fetched a newer one; from the other nodes it is no longer taken.</summary>
    public void Invalidate(string name, string token)
    {
        var slot = _slots.GetOrAdd(name, _ => new Slot());
        lock (slot)
        {
            (slot.Token, slot.Refused) = slot.Token == token ? (null, token) : (slot.Token, slot.Refused);
        }
    }

    private async Task<string> FlyAsync(string name, Slot slot, Func<Task<FreshToken>> fetch, TimeSpan ahead)
    {
        try
        {
            var kept = await TakeAsync(name, slot.Refused, fetch, ahead);
            slot.Land(kept);
            return kept.Token;
        }
        catch
        {
            slot.Crash();
            throw;
        }
    }

    private async Task<KeptToken> TakeAsync(string name, string? refused, Func<Task<FreshToken>> fetch, TimeSpan ahead)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += LooksAgain)
        {
            if (await FindAsync(name, refused, ahead) is { } kept)
            {
                return kept;
            }

            if (await store.TryBeginAsync(name, CancellationToken.None))
            {
                try
                {
                    // Whoever had the turn before may have fetched since we looked.
                    return await FindAsync(name, refused, ahead) ?? await FetchAsync(name, fetch);
                }
                finally
                {
                    await store.EndAsync(name, CancellationToken.None);
                }
            }

            await Task.Delay(LooksAgain, clock);
        }

        return await FetchAsync(name, fetch);
    }

    private async Task<KeptToken?> FindAsync(string name, string? refused, TimeSpan ahead)
        => await store.FindAsync(name, CancellationToken.None) is { } kept && kept.Token != refused && clock.GetUtcNow() + ahead < kept.Until ? kept : null;

    private async Task<KeptToken> FetchAsync(string name, Func<Task<FreshToken>> fetch)
    {
        var (token, lifetime) = await fetch();
        var margin = lifetime / 2 < Margin ? lifetime / 2 : Margin;
        var kept = new KeptToken(token, clock.GetUtcNow() + lifetime - margin);
        await store.KeepAsync(name, kept, CancellationToken.None);
        return kept;
    }

    private sealed class Slot
    {
        public string? Token { get; set; }

        /// <summary>The last one that WeChat refused.</summary>
        public string? Refused { get; set; }

        public DateTimeOffset Until { get; private set; }

        public Task<string>? Flight { get; set; }

        public void Land(KeptToken kept)
        {
            lock (this)
            {
                (Token, Until, Flight, Refused) = (kept.Token, kept.Until, null, null);
            }
        }

        /// <summary>What is there goes on as long as it lasts: it may be that only the next one was to be fetched ahead.</summary>
        public void Crash()
        {
            lock (this)
            {
                Flight = null;
            }
        }
    }
}
