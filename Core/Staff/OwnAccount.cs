using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <param name="Organisation">Its name.</param>
public sealed record OwnRole(StaffRole Role, string Organisation);

/// <param name="HasSecondFactor">False for the simulator's sample account alone.</param>
/// <param name="RecoveryCodes">How many are left.</param>
public sealed record OwnState(IReadOnlyList<OwnRole> Roles, bool HasSecondFactor, int RecoveryCodes);

/// <summary>
/// What somebody changes of their own account. Each change asks for what an open browser alone does not have: the old password, or the
/// second factor. With a changed password or authenticator every other session ends.
/// </summary>
public sealed class OwnAccount(BotDb db, UserManager<StaffAccount> users, SignIns signIns, SecondFactors factors, Invitations invitations, OrganisationTree tree, Vault vault, TimeProvider clock)
{
    public static readonly Refusal OldPasswordWrong = new(RefusalKind.Forbidden, "staff.old-password-wrong", "The old password is wrong.");
    public static readonly Refusal NoNewFactor = new(RefusalKind.Conflict, "staff.no-new-factor", "No new authenticator waits, or for more than ten minutes.");

    /// <summary>How long a new authenticator's key waits for its first code.</summary>
    public static readonly TimeSpan NewFactorFor = TimeSpan.FromMinutes(10);

    public async Task<OwnState> ReadAsync(Viewer viewer, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var roles = await db.StaffAssignments.AsNoTracking().Where(a => a.StaffId == viewer.StaffId).ToListAsync(ct);
        return new OwnState(
            [.. roles.Select(a => (a.Role, Node: all.Find(a.OrganisationId))).Where(a => a.Node is not null).OrderBy(a => a.Node!.Index).ThenBy(a => a.Role).Select(a => new OwnRole(a.Role, a.Node!.Name))],
            await db.Users.AnyAsync(u => u.Id == viewer.StaffId && u.TwoFactorEnabled, ct),
            await db.RecoveryCodes.CountAsync(c => c.StaffId == viewer.StaffId, ct));
    }

    /// <returns>The account with its new stamp: this session goes on with it, all others have ended.</returns>
    public async Task<Result<StaffIdentity>> ChangePasswordAsync(Viewer viewer, string old, string chosen, CancellationToken ct)
    {
        var account = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == viewer.StaffId && u.LeftAt == null && u.PasswordHash != null, ct);
        if (account is null)
        {
            return SecondFactors.Gone;
        }

        if (!await signIns.TakeTryAsync(account.Id, ct))
        {
            return SignIns.Locked;
        }

        if (users.PasswordHasher.VerifyHashedPassword(account, account.PasswordHash!, old) == PasswordVerificationResult.Failed)
        {
            return await signIns.IsLockedAsync(account.Id, ct) ? SignIns.Locked : OldPasswordWrong;
        }

        await signIns.GiveBackAsync(account.Id, ct);
        if (!await invitations.IsStrongAsync(account, chosen))
        {
            return Invitations.PasswordWeak;
        }

        var hash = users.PasswordHasher.HashPassword(account, chosen);
        var stamp = StaffAccounts.NewStamp();
        return await CloseOthersAsync(viewer, stamp, "staff.password-changed", () => db.Users
            .Where(u => u.Id == account.Id && u.PasswordHash == account.PasswordHash && u.SecurityStamp == account.SecurityStamp)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.SecurityStamp, stamp), ct), ct);
    }

    /// <param name="code">Of the authenticator, or a recovery code.</param>
    /// <returns>To be shown once; those of before open nothing any more.</returns>
    public async Task<Result<IReadOnlyList<string>>> RenewRecoveryCodesAsync(Viewer viewer, string code, CancellationToken ct)
    {
        if ((await factors.CheckAsync(await WhoAsync(viewer, ct), code, ct)).IsRefused(out var refusal))
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        Audit(viewer, "staff.recovery-codes-renewed");
        var codes = await factors.WriteRecoveryCodesAsync(viewer.StaffId!.Value, ct);
        await transaction.CommitAsync(ct);
        return codes;
    }

    /// <summary>The first step to another authenticator; the old one counts until the second.</summary>
    /// <param name="code">Of the old one, or a recovery code.</param>
    public async Task<Result<byte[]>> BeginNewFactorAsync(Viewer viewer, string code, CancellationToken ct)
    {
        if ((await factors.CheckAsync(await WhoAsync(viewer, ct), code, ct)).IsRefused(out var refusal))
        {
            return refusal;
        }

        var (key, now) = (RandomNumberGenerator.GetBytes(Totp.KeySize), clock.GetUtcNow());
        var made = vault.Seal(Convert.ToHexString(key));
        await db.StaffSessions.Where(s => s.Id == viewer.SessionId && s.StaffId == viewer.StaffId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.NextFactorKey, made).SetProperty(s => s.NextFactorAt, now), ct);
        return key;
    }

    /// <returns>Null when none waits in this session.</returns>
    public async Task<byte[]?> NewFactorAsync(Viewer viewer, CancellationToken ct)
        => await SealedNewFactorAsync(viewer, ct) is { } key ? Convert.FromHexString(vault.Open(key)) : null;

    /// <param name="code">The first one of the new authenticator.</param>
    /// <returns>As of <see cref="ChangePasswordAsync"/>.</returns>
    public async Task<Result<StaffIdentity>> ConfirmNewFactorAsync(Viewer viewer, string code, CancellationToken ct)
    {
        if (await SealedNewFactorAsync(viewer, ct) is not { } key)
        {
            return NoNewFactor;
        }

        var staffId = viewer.StaffId!.Value;
        if (!await signIns.TakeTryAsync(staffId, ct))
        {
            return SignIns.Locked;
        }

        if (Totp.StepOf(Convert.FromHexString(vault.Open(key)), SecondFactors.Digits(code), clock.GetUtcNow()) is not { } step)
        {
            return await signIns.IsLockedAsync(staffId, ct) ? SignIns.Locked : SecondFactors.Wrong;
        }

        await signIns.GiveBackAsync(staffId, ct);
        var stamp = StaffAccounts.NewStamp();
        return await CloseOthersAsync(viewer, stamp, "staff.authenticator-replaced", async () =>
        {
            // The key is used up in the same transaction: of two confirmations one counts.
            var used = await db.StaffSessions.Where(s => s.Id == viewer.SessionId && s.NextFactorKey == key)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.NextFactorKey, (byte[]?)null).SetProperty(s => s.NextFactorAt, (DateTimeOffset?)null), ct);
            return used == 0 ? 0 : await db.Users.Where(u => u.Id == staffId && u.TwoFactorEnabled && u.LeftAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.SecondFactorKey, key).SetProperty(u => u.LastCodeStep, step).SetProperty(u => u.SecurityStamp, stamp), ct);
        }, ct);
    }

    private async Task<byte[]?> SealedNewFactorAsync(Viewer viewer, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - NewFactorFor;
        return await db.StaffSessions.AsNoTracking().Where(s => s.Id == viewer.SessionId && s.StaffId == viewer.StaffId && s.NextFactorAt > since)
            .Select(s => s.NextFactorKey).FirstOrDefaultAsync(ct);
    }

    private async Task<StaffIdentity> WhoAsync(Viewer viewer, CancellationToken ct)
        => new(viewer.StaffId!.Value, viewer.Login!, await db.Users.Where(u => u.Id == viewer.StaffId).Select(u => u.SecurityStamp).FirstOrDefaultAsync(ct) ?? "");

    private async Task<Result<StaffIdentity>> CloseOthersAsync(Viewer viewer, string stamp, string action, Func<Task<int>> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await change() == 0)
        {
            return SecondFactors.Gone;
        }

        await db.StaffSessions.Where(s => s.StaffId == viewer.StaffId && s.Id != viewer.SessionId).ExecuteDeleteAsync(ct);
        await db.StaffLinkCodes.Where(c => c.StaffId == viewer.StaffId).ExecuteDeleteAsync(ct);
        Audit(viewer, action);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new StaffIdentity(viewer.StaffId!.Value, viewer.Login!, stamp);
    }

    private void Audit(Viewer viewer, string action)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = action, Subject = $"staff:{viewer.StaffId} login:{viewer.Login}" });
}
