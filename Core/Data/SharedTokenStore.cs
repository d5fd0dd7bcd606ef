using System.Globalization;
using System.Security.Cryptography;
using Bot.Core.Privacy;
using Bot.Core.WeChat;

namespace Bot.Core.Data;

/// <summary>WeChat's tokens in the state that all nodes share, sealed; the turn to fetch is a key that one of them adds.</summary>
public sealed class SharedTokenStore(ISharedState state, Vault vault, TimeProvider clock) : ITokenStore
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(15);

    public async Task<KeptToken?> FindAsync(string name, CancellationToken ct)
        => await state.GetAsync(Key(name), ct) is { } kept ? Open(kept) : null;

    public async Task KeepAsync(string name, KeptToken token, CancellationToken ct)
    {
        if (token.Until - clock.GetUtcNow() is var lifetime && lifetime > TimeSpan.Zero)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{token.Until.ToUnixTimeMilliseconds()} {token.Token}");
            await state.SetAsync(Key(name), vault.Seal(text), lifetime, ct);
        }
    }

    public Task<bool> TryBeginAsync(string name, CancellationToken ct) => state.AddAsync(TurnKey(name), [], Turn, ct);

    /// <summary>Ends whoever's turn it is: after 15 s that may be another node's. Two that fetch get the same stable token.</summary>
    public Task EndAsync(string name, CancellationToken ct) => state.RemoveAsync(TurnKey(name), ct);

    private KeptToken? Open(byte[] kept)
    {
        try
        {
            var parts = vault.Open(kept).Split(' ', 2);
            return new KeptToken(parts[1], DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture)));
        }
        catch (CryptographicException)
        {
            return null; // sealed with the key ring before this one: the next token is written over it
        }
    }

    private static string Key(string name) => "wechat-token:" + name;

    private static string TurnKey(string name) => "wechat-token-turn:" + name;
}
