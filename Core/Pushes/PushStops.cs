using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>A push that runs can be stopped by whoever writes or decides there, and goes on when somebody who decides says so.</summary>
public sealed class PushStops(BotDb db, PieceRights rights, TimeProvider clock)
{
    public static readonly Refusal NotRunning = new(RefusalKind.Conflict, "push.not-running", "It has ended, or somebody has stopped it already.");
    public static readonly Refusal NotStopped = new(RefusalKind.Conflict, "push.not-stopped", "It is not stopped, or its time is over.");

    /// <summary>What has not been taken by now is not sent, nor told. It stays so over a restart.</summary>
    public Task<Result<bool>> StopAsync(Viewer viewer, int pieceId, CancellationToken ct)
        => ChangeAsync(viewer, pieceId, mayWriter: true, p => p.State < PushState.Stopped, PushState.Stopped, "push.stopped", NotRunning, ct);

    public Task<Result<bool>> ContinueAsync(Viewer viewer, int pieceId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return ChangeAsync(viewer, pieceId, mayWriter: false, p => p.State == PushState.Stopped && p.EndsAt > now, PushState.Filling, "push.continued", NotStopped, ct);
    }

    private async Task<Result<bool>> ChangeAsync(
        Viewer viewer, int pieceId, bool mayWriter, System.Linq.Expressions.Expression<Func<Push, bool>> from, PushState to, string action, Refusal refusal, CancellationToken ct)
    {
        if (await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == pieceId && p.Kind == PieceKind.Push, ct) is not { } piece
            || !(await rights.MayDecideAsync(viewer, piece.Kind, piece.OrganisationId, ct) || (mayWriter && await rights.MayWriteAsync(viewer, piece.Kind, piece.OrganisationId, ct))))
        {
            return Pieces.NotFound;
        }

        var (me, now) = (viewer.Actor, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.Pushes.Where(p => p.PieceId == pieceId).Where(from).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.State, to).SetProperty(p => p.ChangedBy, me).SetProperty(p => p.ChangedAt, now), ct) == 0)
        {
            return refusal;
        }

        db.Add(new AuditEntry { At = now, Actor = me, Action = action, Subject = FormattableString.Invariant($"piece:{pieceId}"), OrganisationId = piece.OrganisationId });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
