using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>What all decisions about a transfer have in common: each is made once, whoever races, and noted in the audit.</summary>
public sealed class TransferDecisions(BotDb db, TransferLists lists, TimeProvider clock)
{
    internal async Task<Result<bool>> DecideAsync(
        int id, IReadOnlyCollection<int> tops, string by, string action, Func<TransferItem, bool> mayDecide, Func<Task<bool>> decide, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await lists.FindAsync(id, tops, ct) is not { } found)
        {
            return Transfers.NotFound;
        }

        if (found.EndedAt is null && !mayDecide(found))
        {
            return found.State == TransferState.Refused ? Transfers.Decided : Transfers.NotFound;
        }

        if (found.EndedAt is not null || !await decide())
        {
            return Transfers.Decided;
        }

        Audit(action, id, found.FromId, by);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>One statement: of many deciders one gets true.</summary>
    internal async Task<bool> EndAsync(
        int id, TransferState state, string by, DateTimeOffset now, System.Linq.Expressions.Expression<Func<Transfer, bool>> still, CancellationToken ct)
        => await db.Transfers.Where(t => t.Id == id && t.EndedAt == null).Where(still).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.State, state).SetProperty(t => t.EndedAt, now).SetProperty(t => t.DecidedBy, by), ct) == 1;

    /// <summary>Stored with the next save.</summary>
    /// <param name="fromId">The old branch, whose member it is until somebody takes them in.</param>
    internal void Audit(string action, int id, int fromId, string by)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = by, Action = action, Subject = string.Create(CultureInfo.InvariantCulture, $"transfer:{id}"), OrganisationId = fromId });
}
