using System.Security.Cryptography;
using System.Text;
using Bot.Core.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>What is still missing after the right password.</summary>
public enum SignInNeeds
{
    Nothing,

    /// <summary>The authenticator's code, or a recovery code.</summary>
    Code,

    /// <summary>An authenticator, which has to be set up first.</summary>
    Enrolment,
}

public sealed record PasswordAccepted(StaffIdentity Who, SignInNeeds Needs);

/// <summary>Signing in by password, and the count of wrong tries.</summary>
public sealed class SignIns(BotDb db, UserManager<StaffAccount> users, ISharedState state, TimeProvider clock)
{
    public static readonly Refusal Wrong = new(RefusalKind.Forbidden, "staff.sign-in-wrong", "Login or password is wrong.");
    public static readonly Refusal Locked = new(RefusalKind.Forbidden, "staff.locked", "Too many wrong tries; locked for a while.");

    public const int MaxTries = 5;
    public static readonly TimeSpan LockedFor = TimeSpan.FromMinutes(15);

    /// <summary>A hash that no password has, so that an unknown login takes as long as a wrong password.</summary>
    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<StaffAccount>().HashPassword(new StaffAccount(), Secret.New()));

    public async Task<Result<PasswordAccepted>> TryPasswordAsync(string login, string password, CancellationToken ct)
    {
        var name = users.NormalizeName(login);
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(s => s.NormalizedUserName == name && s.LeftAt == null && s.PasswordHash != null, ct);
        if (account is null)
        {
            return await RefuseUnknownAsync(name ?? "", password, ct);
        }

        if (!await TakeTryAsync(account.Id, ct))
        {
            return Locked;
        }

        if (users.PasswordHasher.VerifyHashedPassword(account, account.PasswordHash!, password) == PasswordVerificationResult.Failed)
        {
            return await IsLockedAsync(account.Id, ct) ? Locked : Wrong;
        }

        var who = new StaffIdentity(account.Id, account.UserName!, account.SecurityStamp!);
        if (!account.NoSecondFactor)
        {
            // Tries are forgiven with the second factor only: whoever knows the password cannot guess codes for ever.
            return new PasswordAccepted(who, account.TwoFactorEnabled ? SignInNeeds.Code : SignInNeeds.Enrolment);
        }

        await ForgiveAsync(account.Id, ct);
        return new PasswordAccepted(who, SignInNeeds.Nothing);
    }

    /// <summary>Logins that there are not lock like those that there are: the answers would tell which exist.</summary>
    private async Task<Refusal> RefuseUnknownAsync(string name, string password, CancellationToken ct)
    {
        var key = "sign-in:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        var tries = await state.GetAsync(key, ct) is [var counted] ? counted : 0;
        if (tries >= MaxTries)
        {
            return Locked;
        }

        var isLast = tries + 1 >= MaxTries;
        await state.SetAsync(key, [(byte)(tries + 1)], LockedFor, ct);
        users.PasswordHasher.VerifyHashedPassword(new StaffAccount(), NobodysHash.Value, password);
        return isLast ? Locked : Wrong;
    }

    /// <summary>
    /// Counts a try before it is judged, in one statement: guesses made together cannot outrun the lock. The last one allowed locks; if it
    /// was right it is forgiven.
    /// </summary>
    /// <returns>False while locked.</returns>
    internal async Task<bool> TakeTryAsync(int staffId, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var until = now + (long)LockedFor.TotalMilliseconds;
        return await db.Database.ExecuteSqlAsync(
            $"""
            UPDATE staff_accounts SET
                access_failed_count = CASE WHEN lockout_end IS NULL THEN access_failed_count + 1 ELSE 1 END,
                lockout_end = CASE WHEN lockout_end IS NULL AND access_failed_count + 1 >= {MaxTries} THEN {until} ELSE NULL END
            WHERE id = {staffId} AND (lockout_end IS NULL OR lockout_end <= {now})
            """,
            ct) == 1;
    }

    internal Task<bool> IsLockedAsync(int staffId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return db.Users.AnyAsync(s => s.Id == staffId && s.LockoutEnd > now, ct);
    }

    /// <summary>The try that was just taken was right, where that forgives no others.</summary>
    internal Task GiveBackAsync(int staffId, CancellationToken ct)
        => db.Users.Where(s => s.Id == staffId && s.AccessFailedCount > 0).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.AccessFailedCount, s => s.AccessFailedCount - 1).SetProperty(s => s.LockoutEnd, (DateTimeOffset?)null), ct);

    internal Task ForgiveAsync(int staffId, CancellationToken ct)
        => db.Users.Where(s => s.Id == staffId).ExecuteUpdateAsync(
            set => set.SetProperty(s => s.AccessFailedCount, 0).SetProperty(s => s.LockoutEnd, (DateTimeOffset?)null), ct);
}
