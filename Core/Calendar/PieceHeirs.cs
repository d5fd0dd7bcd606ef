using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>
/// Pieces of an organisation that is merged or closed go to the one that takes its place, so that somebody sees them. Two people agreed to
/// whom a piece goes out: what is out or scheduled becomes a draft there, to be submitted anew; what is over stays over.
/// </summary>
public sealed class PieceHeirs(BotDb db)
{
    /// <summary>Stands where an approver's reason stands.</summary>
    private const string Reason = "原来的组织合并或者撤销了，看得到的人会变：请看一遍再提交。";

    /// <summary>To be called inside the transaction of the change of the tree.</summary>
    internal async Task MoveAllAsync(int fromId, int toId, Reorganiser by, DateTimeOffset now, CancellationToken ct)
    {
        var pieces = await db.Pieces.AsNoTracking().Where(p => p.OrganisationId == fromId).OrderBy(p => p.Id).Select(p => new { p.Id, p.Kind, p.Version }).ToListAsync(ct);
        foreach (var piece in pieces)
        {
            var version = await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == piece.Id && v.Version == piece.Version, ct);
            var hash = version.Read().HashOf(piece.Kind, toId);
            await db.Pieces.Where(p => p.Id == piece.Id).ExecuteUpdateAsync(set => set.SetProperty(p => p.OrganisationId, toId).SetProperty(p => p.Hash, hash), ct);
            await db.Pieces.Where(p => p.Id == piece.Id && p.State != PieceState.Withdrawn && (p.OutUntil == null || p.OutUntil > now) && (p.State != PieceState.Draft || p.OutVersion != null) && !db.Pushes.Any(x => x.PieceId == p.Id)).ExecuteUpdateAsync(
                set => set.SetProperty(p => p.State, PieceState.Draft).SetProperty(p => p.Reason, Reason).SetProperty(p => p.SubmittedBy, (string?)null).SetProperty(p => p.SubmittedAt, (DateTimeOffset?)null)
                    .SetProperty(p => p.DecidedBy, (string?)null).SetProperty(p => p.DecidedAt, (DateTimeOffset?)null)
                    .SetProperty(p => p.OutVersion, (int?)null).SetProperty(p => p.OutAt, (DateTimeOffset?)null).SetProperty(p => p.OutUntil, (DateTimeOffset?)null), ct);
            db.Add(new AuditEntry { At = now, Actor = by.Actor, Action = "piece.followed", Subject = FormattableString.Invariant($"piece:{piece.Id} version:{piece.Version} from:{fromId}"), OrganisationId = toId });
        }
    }
}
