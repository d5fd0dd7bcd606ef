using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

public sealed record LinkCode(string Code, DateTimeOffset ExpiresAt);

/// <summary>
/// Somebody of the staff and their own WeChat: a code from the console is typed into the chat. One account stands for one of the staff and
/// the other way round. Wrong codes count with those of joining, five an account and day.
/// </summary>
public sealed class StaffLinks(BotDb db, SecondFactors factors, Vault vault, TimeProvider clock)
{
    public static readonly Refusal CodeUnknown = new(RefusalKind.NotFound, "staff-link.code-unknown", "No such code, used, or older than ten minutes.");
    public static readonly Refusal TooManyTries = new(RefusalKind.Forbidden, "staff-link.too-many-tries", "Five wrong tries today.");
    public static readonly Refusal AccountTaken = new(RefusalKind.Conflict, "staff-link.account-taken", "This WeChat stands for another of the staff.");
    public static readonly Refusal Linked = new(RefusalKind.Conflict, "staff-link.linked", "There is a link already; it has to be ended first.");

    public static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>The WeChat account of somebody of the staff, to send them something.</summary>
    /// <returns>Null when none is linked, or they have left.</returns>
    public Task<KnownAccount?> AccountOfAsync(int staffId, CancellationToken ct)
        => (from link in db.StaffLinks.AsNoTracking()
            where link.StaffId == staffId && db.Users.Any(u => u.Id == staffId && u.LeftAt == null)
            join account in db.Accounts on link.AccountId equals account.Id
            select new KnownAccount(account.Id, account.PersonId, account.SessionEpoch, account.AppId)).FirstOrDefaultAsync(ct);

    /// <returns>Since when; null without a link.</returns>
    public Task<DateTimeOffset?> SinceAsync(Viewer viewer, CancellationToken ct)
        => db.StaffLinks.AsNoTracking().Where(l => l.StaffId == viewer.StaffId).Select(l => (DateTimeOffset?)l.LinkedAt).FirstOrDefaultAsync(ct);

    /// <summary>The code that waits.</summary>
    public async Task<LinkCode?> CodeAsync(Viewer viewer, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await db.StaffLinkCodes.AsNoTracking().FirstOrDefaultAsync(c => c.StaffId == viewer.StaffId && c.ExpiresAt > now, ct) is { } code
            ? new LinkCode(vault.Open(code.Sealed), code.ExpiresAt)
            : null;
    }

    /// <summary>A new code in place of the one before; an open browser alone does not get one.</summary>
    /// <param name="factor">Of the authenticator, or a recovery code; not asked for where the account has no second factor.</param>
    public async Task<Result<LinkCode>> NewCodeAsync(Viewer viewer, string factor, CancellationToken ct)
    {
        if (await SinceAsync(viewer, ct) is not null)
        {
            return Linked;
        }

        var stamp = await db.Users.Where(u => u.Id == viewer.StaffId && !u.NoSecondFactor).Select(u => u.SecurityStamp).FirstOrDefaultAsync(ct);
        if (stamp is not null && (await factors.CheckAsync(new StaffIdentity(viewer.StaffId!.Value, viewer.Login!, stamp), factor, ct)).IsRefused(out var refusal))
        {
            return refusal;
        }

        var made = new LinkCode(JoinCodes.New(), clock.GetUtcNow() + CodeLifetime);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.StaffLinkCodes.Where(c => c.StaffId == viewer.StaffId).ExecuteDeleteAsync(ct);
        db.Add(new StaffLinkCode { StaffId = viewer.StaffId!.Value, Mark = MarkOf(made.Code), Sealed = vault.Seal(made.Code), ExpiresAt = made.ExpiresAt });
        if (!await db.TrySaveNewAsync(ct))
        {
            return Linked; // asked for twice at once: the other page has the code
        }

        await transaction.CommitAsync(ct);
        return made;
    }

    /// <summary>Whether some code waits: only then is it worth asking whether a text is one.</summary>
    public Task<bool> AnyWaitsAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return db.StaffLinkCodes.AnyAsync(c => c.ExpiresAt > now, ct);
    }

    /// <summary>Links the account that typed the code. A wrong one is a wrong try; what cannot be a code is none.</summary>
    /// <returns>The login.</returns>
    public async Task<Result<string>> LinkAsync(KnownAccount by, string typed, string messageKey, CancellationToken ct)
    {
        if (JoinCodes.Parse(typed) is not { } code)
        {
            return CodeUnknown;
        }

        if (await LinkedByAsync(by.Id, messageKey, ct) is { } repeated)
        {
            return repeated;
        }

        var now = clock.GetUtcNow();
        if (!await JoinTries.TakeAsync(db, by.Id, messageKey, ChinaTime.DateOf(now), ct))
        {
            return TooManyTries;
        }

        var mark = MarkOf(code);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var owner = await (from waits in db.StaffLinkCodes.AsNoTracking()
                           where waits.Mark == mark && waits.ExpiresAt > now
                           join staff in db.Users on waits.StaffId equals staff.Id
                           where staff.LeftAt == null
                           select new { staff.Id, staff.UserName }).FirstOrDefaultAsync(ct);

        // Used up before anything else: of two phones with one code one gets it.
        if (owner is null || await db.StaffLinkCodes.Where(c => c.Mark == mark && c.ExpiresAt > now).ExecuteDeleteAsync(ct) == 0)
        {
            return CodeUnknown;
        }

        db.Add(new StaffLink { StaffId = owner.Id, AccountId = by.Id, LinkedAt = now, MessageKey = messageKey });
        db.Add(new AuditEntry { At = now, Actor = owner.UserName!, Action = "staff.wechat-linked", Subject = $"staff:{owner.Id} login:{owner.UserName}" });
        var isLinked = await db.TrySaveNewAsync(ct);
        if (isLinked)
        {
            await transaction.CommitAsync(ct);
        }
        else
        {
            await transaction.RollbackAsync(ct); // the code stays, for another phone
        }

        await JoinTries.GiveBackAsync(db, by.Id, messageKey);
        return isLinked ? owner.UserName! : AccountTaken;
    }

    public async Task<Result<bool>> UnlinkAsync(Viewer viewer, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.StaffLinks.Where(l => l.StaffId == viewer.StaffId).ExecuteDeleteAsync(ct) == 1)
        {
            db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = "staff.wechat-unlinked", Subject = $"staff:{viewer.StaffId} login:{viewer.Login}" });
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<string?> LinkedByAsync(int accountId, string messageKey, CancellationToken ct)
        => await (from link in db.StaffLinks.AsNoTracking()
                  where link.AccountId == accountId && link.MessageKey == messageKey
                  join staff in db.Users on link.StaffId equals staff.Id
                  select staff.UserName).FirstOrDefaultAsync(ct);

    private byte[] MarkOf(string code) => vault.Mark("staff-link", code);
}
