using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>The authenticator app of an account and its recovery codes.</summary>
public sealed class SecondFactors(BotDb db, SignIns signIns, Vault vault, TimeProvider clock)
{
    public static readonly Refusal Wrong = new(RefusalKind.Forbidden, "staff.code-wrong", "The code is wrong, old or was used before.");
    public static readonly Refusal Gone = new(RefusalKind.Forbidden, "staff.sign-in-again", "The password was accepted too long ago, or the account has changed since.");

    private const int RecoveryCodeCount = 10;
    private const int RecoveryCodeLength = 10;
    private const string RecoveryAlphabet = "23456789ABCDEFGHJKMNPQRSTWXYZ";

    /// <summary>The key to be scanned; the same until it is confirmed.</summary>
    /// <returns>Refused when there is a confirmed one.</returns>
    public async Task<Result<byte[]>> BeginAsync(StaffIdentity who, CancellationToken ct)
    {
        var made = vault.Seal(Convert.ToHexString(RandomNumberGenerator.GetBytes(Totp.KeySize)));
        await db.Users.Where(s => s.Id == who.Id && s.SecurityStamp == who.Stamp && !s.TwoFactorEnabled && s.SecondFactorKey == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.SecondFactorKey, made), ct);
        return await KeyAsync(who, enabled: false, ct) is { } key ? key : Gone;
    }

    /// <summary>Confirms the key by its first code.</summary>
    /// <returns>Recovery codes, to be shown once.</returns>
    public async Task<Result<IReadOnlyList<string>>> ConfirmAsync(StaffIdentity who, string code, CancellationToken ct)
    {
        if (await KeyAsync(who, enabled: false, ct) is not { } key)
        {
            return Gone;
        }

        if (!await signIns.TakeTryAsync(who.Id, ct))
        {
            return SignIns.Locked;
        }

        if (Totp.StepOf(key, Digits(code), clock.GetUtcNow()) is not { } step)
        {
            return await signIns.IsLockedAsync(who.Id, ct) ? SignIns.Locked : Wrong;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var confirmed = await db.Users.Where(s => s.Id == who.Id && s.SecurityStamp == who.Stamp && !s.TwoFactorEnabled)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.TwoFactorEnabled, true).SetProperty(s => s.LastCodeStep, step), ct);
        if (confirmed == 0)
        {
            return Gone;
        }

        db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = who.Login,
            Action = "staff.enrolled",
            Subject = $"staff:{who.Id} login:{who.Login}",
            OrganisationId = await db.StaffAssignments.Where(a => a.StaffId == who.Id).MinAsync(a => (int?)a.OrganisationId, ct),
        });
        var codes = await WriteRecoveryCodesAsync(who.Id, ct);
        await signIns.ForgiveAsync(who.Id, ct);
        await transaction.CommitAsync(ct);
        return codes;
    }

    /// <summary>New recovery codes in place of those of before; to be called inside a transaction.</summary>
    internal async Task<List<string>> WriteRecoveryCodesAsync(int staffId, CancellationToken ct)
    {
        var codes = Enumerable.Range(0, RecoveryCodeCount).Select(_ => RandomNumberGenerator.GetString(RecoveryAlphabet, RecoveryCodeLength)).ToList();
        await db.RecoveryCodes.Where(c => c.StaffId == staffId).ExecuteDeleteAsync(ct);
        db.AddRange(codes.Select(recovery => new RecoveryCode { StaffId = staffId, Hash = Secret.Hash(recovery) }));
        await db.SaveChangesAsync(ct);
        return codes;
    }

    /// <param name="code">Six digits, or a recovery code, which is then used up.</param>
    public async Task<Result<bool>> CheckAsync(StaffIdentity who, string code, CancellationToken ct)
    {
        if (await KeyAsync(who, enabled: true, ct) is not { } key)
        {
            return Gone;
        }

        if (!await signIns.TakeTryAsync(who.Id, ct))
        {
            return SignIns.Locked;
        }

        if (!await IsRightAsync(who.Id, key, code, ct))
        {
            return await signIns.IsLockedAsync(who.Id, ct) ? SignIns.Locked : Wrong;
        }

        await signIns.ForgiveAsync(who.Id, ct);
        return true;
    }

    private async Task<bool> IsRightAsync(int staffId, byte[] key, string code, CancellationToken ct)
    {
        if (Totp.StepOf(key, Digits(code), clock.GetUtcNow()) is { } step)
        {
            // One statement: a code seen over somebody's shoulder does not open a second time.
            return await db.Users.Where(s => s.Id == staffId && s.LastCodeStep < step).ExecuteUpdateAsync(set => set.SetProperty(s => s.LastCodeStep, step), ct) == 1;
        }

        var hash = Secret.Hash(Roster.Names.Key(code).Replace("-", "", StringComparison.Ordinal));
        return await db.RecoveryCodes.Where(c => c.StaffId == staffId && c.Hash == hash).ExecuteDeleteAsync(ct) == 1;
    }

    private async Task<byte[]?> KeyAsync(StaffIdentity who, bool enabled, CancellationToken ct)
        => await db.Users.AsNoTracking().Where(s => s.Id == who.Id && s.SecurityStamp == who.Stamp && s.LeftAt == null && s.TwoFactorEnabled == enabled)
            .Select(s => s.SecondFactorKey).FirstOrDefaultAsync(ct) is { } key ? Convert.FromHexString(vault.Open(key)) : null;

    internal static string Digits(string code) => new([.. Roster.Names.Key(code).Where(char.IsAsciiDigit)]);
}
