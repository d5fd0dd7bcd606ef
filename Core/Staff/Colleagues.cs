using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>One account as an administrator sees it.</summary>
/// <param name="Roles">Within the subtree that is looked at, in tree order.</param>
/// <param name="IsElsewhere">Has roles outside of what the administrator answers for, so only these roles can be taken.</param>
/// <param name="InvitedUntil">Has not signed in yet: until when the invitation works, or worked.</param>
/// <param name="IsSelf">The administrator's own.</param>
public sealed record Colleague(int Id, string Login, IReadOnlyList<ColleagueRole> Roles, bool IsElsewhere, DateTimeOffset? InvitedUntil, bool IsSelf);

public sealed record ColleagueRole(int Id, StaffRole Role, int OrganisationId);

/// <param name="Total">How many there are; the list may hold fewer.</param>
public sealed record ColleagueList(IReadOnlyList<Colleague> Shown, int Total);

/// <summary>
/// 工作人员 as administrators keep them, each within the subtrees of the role 管理员: who is outside does not exist. Nobody takes away or
/// renews their own access, so that a slip locks nobody out, nor gives a role to themselves.
/// </summary>
public sealed class Colleagues(BotDb db, StaffAccounts accounts, OrganisationTree tree)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "staff.not-found", "No such colleague in this subtree.");
    public static readonly Refusal Own = new(RefusalKind.Conflict, "staff.own", "One's own access is another administrator's to change.");
    public static readonly Refusal Elsewhere = new(RefusalKind.Conflict, "staff.elsewhere", "The account has roles elsewhere, or has left: it is not this administrator's to renew.");

    /// <summary>True where the viewer gives and takes roles.</summary>
    public async Task<bool> MayAsync(Viewer viewer, int organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return all.Find(organisationId) is not null && viewer.StaffTops.Any(top => all.IsUnder(organisationId, top));
    }

    /// <summary>Those with a role at an organisation or below it, by login.</summary>
    /// <param name="rows">How many at most.</param>
    public async Task<Result<ColleagueList>> ListAsync(Viewer viewer, int organisationId, int rows, CancellationToken ct)
    {
        if (!await MayAsync(viewer, organisationId, ct))
        {
            return NotFound;
        }

        var here = db.StaffAssignments.Where(a => db.OrganisationAncestors.Any(o => o.OrganisationId == a.OrganisationId && o.AncestorId == organisationId));
        var people = db.Users.AsNoTracking().Where(u => here.Any(a => a.StaffId == u.Id));
        var total = await people.CountAsync(ct);
        var shown = await people.OrderBy(u => u.NormalizedUserName).Take(rows)
            .Select(u => new { u.Id, u.UserName, u.InvitationExpiresAt, HasPassword = u.PasswordHash != null }).ToListAsync(ct);
        var ids = shown.ConvertAll(u => u.Id);
        var roles = (await db.StaffAssignments.AsNoTracking().Where(a => ids.Contains(a.StaffId)).ToListAsync(ct)).ToLookup(a => a.StaffId);
        var all = await tree.AllAsync(ct);
        return new ColleagueList(
            [.. shown.Select(u => new Colleague(
                u.Id,
                u.UserName!,
                [.. roles[u.Id].Where(a => all.IsUnder(a.OrganisationId, organisationId)).OrderBy(a => all.Find(a.OrganisationId)?.Index).ThenBy(a => a.Role)
                    .Select(a => new ColleagueRole(a.Id, a.Role, a.OrganisationId))],
                roles[u.Id].Any(a => !IsWithin(all, viewer, a.OrganisationId)),
                u.HasPassword ? null : u.InvitationExpiresAt,
                u.UserName == viewer.Login))],
            total);
    }

    /// <summary>Gives a role for an organisation and everything below it; a new login gets an invitation.</summary>
    public async Task<Result<NewStaff>> GiveAsync(Viewer viewer, int organisationId, string login, StaffRole role, CancellationToken ct)
        => !await MayAsync(viewer, organisationId, ct) ? NotFound
            : await accounts.AddAsync(
                login.Trim(), role, (await tree.AllAsync(ct)).Find(organisationId)!, again: false, viewer,
                async account => account.Id == viewer.StaffId || account.UserName == viewer.Login ? Own : account.LeftAt is not null || (account.PasswordHash is null && !await IsOursAsync(viewer, account.Id, ct)) ? Elsewhere : null, ct);

    /// <summary>Takes one role; with the last one the access ends.</summary>
    public async Task<Result<bool>> TakeAsync(Viewer viewer, int assignmentId, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var assignment = await db.StaffAssignments.FirstOrDefaultAsync(a => a.Id == assignmentId, ct);
        if (assignment is null || !await MayAsync(viewer, assignment.OrganisationId, ct))
        {
            return NotFound;
        }

        // Of several who take the last roles together one sees that it is the last.
        await db.Users.Where(u => u.Id == assignment.StaffId).ExecuteUpdateAsync(set => set.SetProperty(u => u.AccessFailedCount, u => u.AccessFailedCount), ct);
        var account = await db.Users.FirstAsync(u => u.Id == assignment.StaffId, ct);
        if (account.UserName == viewer.Login)
        {
            return Own;
        }

        if (!await db.StaffAssignments.AnyAsync(a => a.Id == assignmentId, ct))
        {
            return NotFound;
        }

        accounts.Audit("staff.unassigned", account, viewer.Actor, $" role:{assignment.Role.Word()}", assignment.OrganisationId);
        if (await db.StaffAssignments.CountAsync(a => a.StaffId == account.Id, ct) == 1)
        {
            await accounts.LeaveAsync(account, viewer.Actor, ct);
        }
        else
        {
            db.Remove(assignment);
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>For somebody who lost the password or the phone: what opened the account before does not any more.</summary>
    public Task<Result<NewStaff>> RenewAsync(Viewer viewer, int staffId, CancellationToken ct)
        => ChangeAsync(viewer, staffId, async account =>
        {
            var place = await db.StaffAssignments.Where(a => a.StaffId == account.Id).MinAsync(a => a.OrganisationId, ct);
            var secret = await accounts.InviteAsync(account, viewer, place, ct);
            return new NewStaff(account.UserName!, secret);
        }, ct);

    /// <summary>Ends access at once.</summary>
    public Task<Result<NewStaff>> LeaveAsync(Viewer viewer, int staffId, CancellationToken ct)
        => ChangeAsync(viewer, staffId, async account =>
        {
            await accounts.LeaveAsync(account, viewer.Actor, ct);
            return new NewStaff(account.UserName!, null);
        }, ct);

    private async Task<Result<NewStaff>> ChangeAsync(Viewer viewer, int staffId, Func<StaffAccount, Task<NewStaff>> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var all = await tree.AllAsync(ct);
        var places = await db.StaffAssignments.Where(a => a.StaffId == staffId).Select(a => a.OrganisationId).ToListAsync(ct);
        if (!places.Exists(id => IsWithin(all, viewer, id)))
        {
            return NotFound;
        }

        var account = await db.Users.FirstAsync(u => u.Id == staffId, ct);
        if (account.UserName == viewer.Login)
        {
            return Own;
        }

        if (!places.TrueForAll(id => IsWithin(all, viewer, id)))
        {
            return Elsewhere;
        }

        var changed = await change(account);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return changed;
    }

    private async Task<bool> IsOursAsync(Viewer viewer, int staffId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return (await db.StaffAssignments.Where(a => a.StaffId == staffId).Select(a => a.OrganisationId).ToListAsync(ct)).TrueForAll(id => IsWithin(all, viewer, id));
    }

    private static bool IsWithin(TreeSnapshot all, Viewer viewer, int organisationId) => viewer.StaffTops.Any(top => all.IsUnder(organisationId, top));
}
