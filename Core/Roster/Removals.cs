using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// 移出名册: takes people off the roster. Whoever answers for them asks (<see cref="Transfers.ReleaseAsync"/>), those above confirm: a branch
/// alone cannot better its rate by losing members. A later roster file does not bring them back by itself, it asks (<see cref="RosterDoubts"/>).
/// </summary>
public sealed class Removals(BotDb db, TransferDecisions decisions, TransferReminders reminders, Transfers transfers, MemberMoves moves, TimeProvider clock)
{
    /// <summary>A duplicate's numbers become free for the row that stays.</summary>
    public async Task<Result<bool>> ConfirmAsync(int id, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        Refusal? refused = null;
        var now = clock.GetUtcNow();
        var removed = await decisions.DecideAsync(id, tops, by, "transfer.removed", f => f.MayRemove, async () =>
        {
            var transfer = await db.Transfers.AsNoTracking().FirstAsync(t => t.Id == id, ct);
            await OpenOrganisations.HoldAsync(db, transfer.FromId, ct);
            await Standings.LockPersonAsync(db, transfer.PersonId, ct);
            refused = await transfers.IsBoundAsync(transfer.Kind, [transfer.PersonId], ct) ? Transfers.Bound
                : !await moves.LeaveAsync(db, transfer.PersonId, transfer.FromId, now, ct) ? TransferAnswers.Gone : null;
            if (refused is not null || !await decisions.EndAsync(id, TransferState.Removed, by, now, t => t.ToId == null, ct))
            {
                return false;
            }

            if (transfer.Kind == TransferKind.Duplicate)
            {
                await db.People.Where(p => p.Id == transfer.PersonId).ExecuteUpdateAsync(
                    set => set.SetProperty(p => p.RosterId, (string?)null).SetProperty(p => p.MemberNumber, (string?)null), ct);
            }

            await reminders.TellPersonAsync(id, "notice.removed", ct);
            return true;
        }, ct);
        return refused is null ? removed : refused;
    }

    /// <summary>Puts somebody back where they were, from now on: weeks that have closed meanwhile do not expect them.</summary>
    public async Task<Result<bool>> ReturnAsync(int id, IReadOnlyCollection<int> tops, string by, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await Of(db).FirstOrDefaultAsync(t => t.Id == id && RosterHands.Rows(db, tops).Any(a => a.OrganisationId == t.FromId), ct);
        if (found is null)
        {
            return Transfers.NotFound;
        }

        if (await OpenOrganisations.HoldAsync(db, found.FromId, ct) is not { } organisation)
        {
            return Transfers.NoSuchPlace;
        }

        await Standings.LockPersonAsync(db, found.PersonId, ct);
        if (await db.Memberships.AnyAsync(m => m.PersonId == found.PersonId && m.Until == null, ct)
            || await db.Transfers.Where(t => t.Id == id && t.State == TransferState.Removed).ExecuteUpdateAsync(
                set => set.SetProperty(t => t.State, TransferState.Withdrawn).SetProperty(t => t.DecidedBy, by), ct) == 0)
        {
            return Transfers.Decided;
        }

        var category = await db.Memberships.Where(m => m.PersonId == found.PersonId).OrderByDescending(m => m.Until).ThenByDescending(m => m.Id).Select(m => m.Category).FirstAsync(ct);
        await moves.PlaceAsync(db, found.PersonId, organisation, category, null, by, clock.GetUtcNow(), ct);
        decisions.Audit("transfer.returned", id, found.FromId, by);
        await db.SaveChangesAsync(ct);
        await reminders.TellPersonAsync(id, "notice.returned", ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>The removals of people who are on no roster since.</summary>
    internal static IQueryable<Transfer> Of(BotDb db)
        => db.Transfers.AsNoTracking().Where(t => t.State == TransferState.Removed && !db.Memberships.Any(m => m.PersonId == t.PersonId && m.Until == null));
}
