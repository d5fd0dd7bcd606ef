using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Finds who is behind an openid; a newcomer gets an account with a nameless person.</summary>
public sealed class Accounts(IDbContextFactory<BotDb> databases, AccountLookup lookup, Vault vault, WriteQueue queue, AccountWriter writer)
{
    public Task<KnownAccount?> FindAsync(string appId, string openId, CancellationToken ct) => lookup.FindAsync(vault.Hash(appId, openId), ct);

    /// <summary>Null after the account was erased.</summary>
    public Task<KnownAccount?> FindAsync(int accountId, CancellationToken ct) => lookup.FindAsync(accountId, ct);

    public async Task<KnownAccount> FindOrAddAsync(string appId, string openId, CancellationToken ct)
        => await FindAsync(appId, openId, ct)
            ?? await queue.WriteAsync(writer, new NewAccount(appId, vault.Hash(appId, openId), vault.Seal(openId)), ct);

    /// <summary>Whether the person follows the official account now.</summary>
    public async Task SetFollowsAsync(int accountId, bool follows, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.Accounts.Where(a => a.Id == accountId && a.Follows != follows)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Follows, follows), ct);
    }
}
