using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Where a stored address cannot be opened: whether it is this row that is broken, or the key ring that is not ours.</summary>
public sealed class AddressCheck(IDbContextFactory<BotDb> databases, Vault vault)
{
    private const int Samples = 20;

    /// <summary>Some of the newest accounts can be opened.</summary>
    public async Task<bool> IsKeyRingRightAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return (await db.Accounts.OrderByDescending(a => a.Id).Take(Samples).Select(a => a.OpenIdSealed).ToListAsync(ct)).Exists(Opens);
    }

    private bool Opens(byte[] openIdSealed)
    {
        try
        {
            vault.Open(openIdSealed);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
