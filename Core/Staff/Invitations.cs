using Bot.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>Links by which a new account's owner chooses the password. Each works once.</summary>
public sealed class Invitations(BotDb db, UserManager<StaffAccount> users, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "staff.invitation-unknown", "No such invitation; used or older than 72 hours.");
    public static readonly Refusal PasswordWeak = new(RefusalKind.Invalid, "staff.password-weak", "At least 10 characters, 5 of them different, at most 200.");

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    public const int MinPasswordLength = 10;
    public const int MaxPasswordLength = 200;

    /// <summary>Whose invitation it is; does not use it up.</summary>
    public async Task<Result<string>> FindAsync(string secret, CancellationToken ct)
    {
        var (hash, now) = (Secret.Hash(secret), clock.GetUtcNow());
        var login = await db.Users.AsNoTracking().Where(s => s.InvitationHash == hash && s.InvitationExpiresAt > now).Select(s => s.UserName).FirstOrDefaultAsync(ct);
        return login is null ? NotFound : login;
    }

    /// <summary>Sets the password and uses the invitation up.</summary>
    /// <returns>Who may go on to the second factor.</returns>
    public async Task<Result<StaffIdentity>> AcceptAsync(string secret, string password, CancellationToken ct)
    {
        var (hash, now) = (Secret.Hash(secret), clock.GetUtcNow());
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(s => s.InvitationHash == hash && s.InvitationExpiresAt > now, ct);
        if (account is null)
        {
            return NotFound;
        }

        if (!await IsStrongAsync(account, password))
        {
            return PasswordWeak;
        }

        var (passwordHash, stamp) = (users.PasswordHasher.HashPassword(account, password), StaffAccounts.NewStamp());

        // Use the invitation up and set the password in one statement: of two people who open it together one gets the account.
        var taken = await db.Users.Where(s => s.Id == account.Id && s.InvitationHash == hash && s.InvitationExpiresAt > now).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.PasswordHash, passwordHash).SetProperty(s => s.SecurityStamp, stamp)
                .SetProperty(s => s.InvitationHash, (byte[]?)null).SetProperty(s => s.InvitationExpiresAt, (DateTimeOffset?)null)
                .SetProperty(s => s.AccessFailedCount, 0).SetProperty(s => s.LockoutEnd, (DateTimeOffset?)null),
            ct);
        return taken == 1 ? new StaffIdentity(account.Id, account.UserName!, stamp) : NotFound;
    }

    internal async Task<bool> IsStrongAsync(StaffAccount account, string password)
    {
        if (password.Length > MaxPasswordLength)
        {
            return false;
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (!(await validator.ValidateAsync(users, account, password)).Succeeded)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>An account at one moment; the stamp changes whenever its sessions shall end.</summary>
public sealed record StaffIdentity(int Id, string Login, string Stamp)
{
    public override string ToString() => $"staff {Id}";
}
