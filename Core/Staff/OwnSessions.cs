using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <param name="IsThis">The one that asks.</param>
public sealed record OwnSession(long Id, DateTimeOffset BeganAt, string Device, bool IsThis);

/// <summary>Where somebody is signed in, and ending it there.</summary>
public sealed class OwnSessions(BotDb db, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "staff.session-not-found", "No such session of one's own.");

    /// <summary>Begins one after the last step of signing in; the account's old ones are forgotten.</summary>
    /// <returns>Its id, for the cookie.</returns>
    public async Task<long> BeginAsync(int staffId, string device, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var old = now - StaffSession.Lifetime;
        await db.StaffSessions.Where(s => s.StaffId == staffId && s.BeganAt < old).ExecuteDeleteAsync(ct);
        var session = new StaffSession { StaffId = staffId, BeganAt = now, Device = device };
        db.Add(session);
        await db.SaveChangesAsync(ct);
        return session.Id;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<OwnSession>> ListAsync(Viewer viewer, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - StaffSession.Lifetime;
        return await db.StaffSessions.AsNoTracking().Where(s => s.StaffId == viewer.StaffId && s.BeganAt >= since)
            .OrderByDescending(s => s.BeganAt).ThenByDescending(s => s.Id)
            .Select(s => new OwnSession(s.Id, s.BeganAt, s.Device, s.Id == viewer.SessionId)).ToListAsync(ct);
    }

    /// <summary>Signing out. A secretary's sessions have no rows: all of the WeChat account end, those of the youth pages, too.</summary>
    public Task EndOwnAsync(Viewer viewer, CancellationToken ct)
        => viewer.AccountId is { } account
            ? db.Accounts.Where(a => a.Id == account).ExecuteUpdateAsync(set => set.SetProperty(a => a.SessionEpoch, a => a.SessionEpoch + 1), ct)
            : db.StaffSessions.Where(s => s.Id == viewer.SessionId && s.StaffId == viewer.StaffId).ExecuteDeleteAsync(ct);

    /// <summary>Ends one other session.</summary>
    public Task<Result<bool>> EndAsync(Viewer viewer, long sessionId, CancellationToken ct) => EndAsync(viewer, db.StaffSessions.Where(s => s.Id == sessionId), ct);

    /// <summary>Ends all but the one that asks.</summary>
    public Task<Result<bool>> EndOthersAsync(Viewer viewer, CancellationToken ct) => EndAsync(viewer, db.StaffSessions, ct);

    private async Task<Result<bool>> EndAsync(Viewer viewer, IQueryable<StaffSession> sessions, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ended = await sessions.Where(s => s.StaffId == viewer.StaffId && s.Id != viewer.SessionId).ExecuteDeleteAsync(ct);
        if (ended == 0)
        {
            return NotFound;
        }

        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = "staff.sessions-ended", Subject = $"staff:{viewer.StaffId} login:{viewer.Login} rows:{ended}" });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
