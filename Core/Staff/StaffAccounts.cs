using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>Who works at the console, for which organisations, and since when no longer.</summary>
public sealed class StaffAccounts(BotDb db, UserManager<StaffAccount> users, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal LoginBad = new(RefusalKind.Invalid, "staff.login-bad", "A login has 2 to 64 letters, digits, dots, hyphens and underscores.");
    public static readonly Refusal OrganisationUnknown = new(RefusalKind.NotFound, "staff.organisation-unknown", "No organisation has this path.");
    public static readonly Refusal Unknown = new(RefusalKind.NotFound, "staff.unknown", "Nobody has this login.");
    public static readonly Refusal Exists = new(RefusalKind.Conflict, "staff.exists", "The login is taken.");

    private const string Operator = "operator";

    /// <summary>Adds an account, or a role to one that is there. Whoever has no password yet gets a new invitation, which replaces the one before.</summary>
    /// <param name="path">Of the organisation that the role holds for, with everything below it.</param>
    /// <param name="again">A new invitation also for somebody who has a password: password and second factor are then chosen anew.</param>
    public async Task<Result<NewStaff>> AddAsync(string login, StaffRole role, string path, bool again, CancellationToken ct)
        => (await PrepareAsync(login, path, ct)).IsRefused(out var refusal, out var organisation) ? refusal
            : await AddAsync(login, role, organisation, again, null, _ => Task.FromResult<Refusal?>(null), ct);

    /// <param name="by">Who sees the invitation, if there is one; null for the operator.</param>
    /// <param name="why">Why an account that is there already may not be touched; null when it may.</param>
    internal async Task<Result<NewStaff>> AddAsync(
        string login, StaffRole role, TreeNode organisation, bool again, Viewer? by, Func<StaffAccount, Task<Refusal?>> why, CancellationToken ct)
    {
        if (login.Length is < 2 or > 64)
        {
            return LoginBad;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var account = await FindAsync(login, ct);
        if (account is not null && await why(account) is { } refusal)
        {
            return refusal;
        }

        account ??= await CreateAsync(login, ct);
        if (account is null)
        {
            return LoginBad;
        }

        var secret = account.PasswordHash is null || again ? await InviteAsync(account, by, organisation.Id, ct) : null;
        await AssignAsync(account, role, organisation, by?.Actor ?? Operator, ct);
        await transaction.CommitAsync(ct);
        return new NewStaff(account.UserName!, secret);
    }

    /// <summary>Password and second factor are chosen anew; until then nobody can sign in with the account. Stored with the next save.</summary>
    /// <param name="by">Who sees the invitation; null for the operator.</param>
    /// <param name="organisationId">Whose supervisors read about it.</param>
    /// <returns>The invitation's secret.</returns>
    internal async Task<string> InviteAsync(StaffAccount account, Viewer? by, int organisationId, CancellationToken ct)
    {
        var (secret, now) = (Secret.New(), clock.GetUtcNow());
        Audit(account is { PasswordHash: null, InvitedAt: null, LeftAt: null } ? "staff.invited" : "staff.renewed", account, by?.Actor ?? Operator, organisationId: organisationId);
        Close(account);
        account.InvitedById = by?.StaffId;
        account.InvitedAt = now;
        account.InvitationHash = Secret.Hash(secret);
        account.InvitationExpiresAt = now + Invitations.Lifetime;
        account.LeftAt = null;
        await db.RecoveryCodes.Where(c => c.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffSessions.Where(s => s.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffLinks.Where(l => l.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffLinkCodes.Where(c => c.StaffId == account.Id).ExecuteDeleteAsync(ct);
        return secret;
    }

    /// <summary>A sample account for the simulator, which signs in with a password alone. For installations on loopback only.</summary>
    public async Task<Result<NewStaff>> AddSampleAsync(string login, string password, StaffRole role, string path, CancellationToken ct)
    {
        if ((await PrepareAsync(login, path, ct)).IsRefused(out var refusal, out var organisation))
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(login, ct) is not null)
        {
            return Exists;
        }

        if (await CreateAsync(login, ct) is not { } account)
        {
            return LoginBad;
        }

        account.PasswordHash = users.PasswordHasher.HashPassword(account, password);
        account.NoSecondFactor = true;
        await AssignAsync(account, role, organisation, Operator, ct);
        await transaction.CommitAsync(ct);
        return new NewStaff(account.UserName!, null);
    }

    /// <summary>Ends every session at once, and all roles; the name stays in the history.</summary>
    public async Task<Result<bool>> LeaveAsync(string login, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await FindAsync(login, ct) is not { } account)
        {
            return Unknown;
        }

        await LeaveAsync(account, Operator, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>To be called inside a transaction.</summary>
    /// <param name="by">For the audit entry.</param>
    internal async Task LeaveAsync(StaffAccount account, string by, CancellationToken ct)
    {
        Close(account);
        account.LeftAt = clock.GetUtcNow();
        await db.StaffAssignments.Where(a => a.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.RecoveryCodes.Where(c => c.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffSessions.Where(s => s.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffLinks.Where(l => l.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.StaffLinkCodes.Where(c => c.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.HelpDuties.Where(d => d.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.HelpTeamMembers.Where(m => m.StaffId == account.Id).ExecuteDeleteAsync(ct);
        await db.HelpPresences.Where(p => p.StaffId == account.Id).ExecuteDeleteAsync(ct);
        Audit("staff.left", account, by);
        await db.SaveChangesAsync(ct);
    }

    internal static string NewStamp() => RandomNumberGenerator.GetHexString(32);

    /// <summary>Nothing of before opens the account any more.</summary>
    private static void Close(StaffAccount account)
    {
        account.PasswordHash = null;
        account.InvitationHash = null;
        account.InvitationExpiresAt = null;
        account.SecondFactorKey = null;
        account.TwoFactorEnabled = false;
        account.NoSecondFactor = false;
        account.SecurityStamp = NewStamp();
    }

    private async Task<Result<TreeNode>> PrepareAsync(string login, string path, CancellationToken ct)
        => login.Length is < 2 or > 64 ? LoginBad
            : (await tree.AllAsync(ct)).FindByPath(path) is { } organisation ? organisation
            : OrganisationUnknown;

    private Task<StaffAccount?> FindAsync(string login, CancellationToken ct)
    {
        var name = users.NormalizeName(login);
        return db.Users.FirstOrDefaultAsync(s => s.NormalizedUserName == name, ct);
    }

    /// <returns>Null when the login has other characters than allowed.</returns>
    private async Task<StaffAccount?> CreateAsync(string login, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var account = new StaffAccount { UserName = login };
        return (await users.CreateAsync(account)).Succeeded ? account : null;
    }

    private async Task AssignAsync(StaffAccount account, StaffRole role, TreeNode organisation, string by, CancellationToken ct)
    {
        if (!await db.StaffAssignments.AnyAsync(a => a.StaffId == account.Id && a.Role == role && a.OrganisationId == organisation.Id, ct))
        {
            db.Add(new StaffAssignment { StaffId = account.Id, Role = role, OrganisationId = organisation.Id });
            Audit("staff.assigned", account, by, $" role:{role.Word()}", organisation.Id);
        }

        await db.SaveChangesAsync(ct);
    }

    /// <summary>Stored with the next save.</summary>
    internal void Audit(string action, StaffAccount account, string by, string more = "", int? organisationId = null)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = by, Action = action, Subject = $"staff:{account.Id} login:{account.UserName}{more}", OrganisationId = organisationId });
}

/// <param name="InvitationSecret">Null when the account has a password already.</param>
public sealed record NewStaff(string Login, string? InvitationSecret)
{
    public override string ToString() => nameof(NewStaff);
}
