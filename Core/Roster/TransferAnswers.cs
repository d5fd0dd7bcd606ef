using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What the destination of a transfer says; who may, see <see cref="Transfers"/>.</summary>
public sealed class TransferAnswers(BotDb db, TransferLists lists, TransferReminders reminders, TransferDecisions decisions, MemberMoves moves, TimeProvider clock)
{
    public static readonly Refusal Gone = new(RefusalKind.Conflict, "transfer.gone", "The person is not in the old organisation any more.");

    /// <summary>The old membership ends and the new one begins. Late acceptance is acceptance; it is only not in time for the rate.</summary>
    public async Task<Result<bool>> AcceptAsync(int id, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await lists.FindAsync(id, tops, ct) is not { ToId: { } stated } found)
        {
            return Transfers.NotFound;
        }

        // In this order, as merges and imports do: the organisation, the person, the membership, the transfer.
        var to = await OpenOrganisations.HoldAsync(db, stated, ct);
        await Standings.LockPersonAsync(db, found.PersonId, ct);
        var transfer = await db.Transfers.AsNoTracking().FirstAsync(t => t.Id == id, ct);
        if (transfer.State != TransferState.Waiting)
        {
            return found.IsTo ? Transfers.Decided : Transfers.NotFound;
        }

        if (transfer.ToId is not { } current || !await RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == current, ct))
        {
            return Transfers.NotFound;
        }

        if (to != current)
        {
            return Transfers.NoSuchPlace;
        }

        var now = clock.GetUtcNow();
        if (!await moves.MoveAsync(db, transfer.PersonId, transfer.FromId, current, now, ct))
        {
            return Gone;
        }

        if (!await decisions.EndAsync(id, TransferState.Accepted, by, now, t => t.State == TransferState.Waiting, ct))
        {
            return Transfers.Decided;
        }

        decisions.Audit("transfer.accepted", id, transfer.FromId, by);
        await db.SaveChangesAsync(ct);
        await reminders.TellPersonAsync(id, "notice.transfer-accepted", ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Back to the old branch, which sends it elsewhere or takes it back.</summary>
    public async Task<Result<bool>> RefuseAsync(int id, TransferReason reason, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return await decisions.DecideAsync(id, tops, by, "transfer.refused", f => f.MayAccept, async () =>
        {
            var refused = await db.Transfers.Where(t => t.Id == id && t.State == TransferState.Waiting && t.EndedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(t => t.State, TransferState.Refused).SetProperty(t => t.RefusedAt, now).SetProperty(t => t.Reason, reason)
                    .SetProperty(t => t.DecidedBy, by),
                ct) == 1;
            await (refused ? reminders.RefusedAsync(id, ct) : Task.CompletedTask);
            return refused;
        }, ct);
    }
}
