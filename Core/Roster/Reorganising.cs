using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Renames, moves, closes and reopens organisations. Everything touched must lie in the actor's subtrees; of what does not the answer is
/// that there is no such organisation. Each is true when something changed, false when it was so already. Closed weeks keep their rows.
/// </summary>
public sealed class Reorganising(BotDb db, TreeChanges changes, MemberMoves moves, Standings standings, PieceHeirs pieces, TimeProvider clock)
{
    public static readonly Refusal Loop = new(RefusalKind.Invalid, "organisation.loop", "An organisation cannot stand below itself.");
    public static readonly Refusal NotEmpty = new(RefusalKind.Conflict, "organisation.not-empty", "Somebody or something still belongs to it.");
    public static readonly Refusal WasMerged = new(RefusalKind.Conflict, "organisation.was-merged", "It was merged; its people are elsewhere.");

    /// <summary>Files that use the old name go on meaning this organisation.</summary>
    /// <param name="seen">Its name when the form was opened; null for whoever has opened none.</param>
    public Task<Result<bool>> RenameAsync(int id, string typed, string? seen, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (!TreeChanges.TryName(typed, out var name))
            {
                return TreeChanges.BadName;
            }

            if (await changes.FindAsync(id, ct) is not { } organisation || !await changes.HoldsAsync(by, id, ct))
            {
                return StaffScope.NotFound;
            }

            var key = Names.Key(name);
            if (organisation.ClosedAt is not null)
            {
                return TreeChanges.HasClosed;
            }

            if (seen is not null && organisation.Name != seen)
            {
                return TreeChanges.Overtaken;
            }

            if (organisation.Name == name)
            {
                return false;
            }

            if (!await changes.IsFreeAsync(organisation.ParentId, key, id, ct))
            {
                return TreeChanges.NameTaken;
            }

            await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.Name, name).SetProperty(o => o.NameKey, key), ct);
            await changes.ForgetNameAsync(organisation.ParentId, key, ct);
            await changes.KeepNameAsync(organisation.ParentId, organisation.NameKey, id, ct);
            changes.Record(by, New(by, OrganisationChangeKind.Renamed, id, oldName: organisation.Name, newName: name));
            return true;
        },
        ct);

    /// <summary>Under another parent, with everything below it.</summary>
    public Task<Result<bool>> MoveAsync(int id, int parentId, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (await changes.FindAsync(id, ct) is not { } organisation || await changes.FindAsync(parentId, ct) is not { } parent
                || !await changes.HoldsAsync(by, id, ct) || !await changes.HoldsAsync(by, parentId, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation.ParentId is not { } before)
            {
                return TreeChanges.IsRoot;
            }

            if (!await changes.HoldsAsync(by, before, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation.ClosedAt is not null || parent.ClosedAt is not null)
            {
                return TreeChanges.HasClosed;
            }

            if (before == parentId)
            {
                return false;
            }

            if (await db.OrganisationAncestors.AnyAsync(a => a.OrganisationId == parentId && a.AncestorId == id, ct))
            {
                return Loop;
            }

            if (!await changes.IsFreeAsync(parentId, organisation.NameKey, id, ct))
            {
                return TreeChanges.NameTaken;
            }

            if (await changes.DepthAsync(parentId, ct) + await changes.HeightAsync(id, ct) > RosterPaths.MaxDepth)
            {
                return TreeChanges.TooDeep;
            }

            await changes.ReparentAsync(id, parentId, ct);
            await changes.ForgetNameAsync(parentId, organisation.NameKey, ct);
            await changes.KeepNameAsync(before, organisation.NameKey, id, ct);
            changes.Record(by, New(by, OrganisationChangeKind.Moved, id, from: before, to: parentId));
            return true;
        },
        ct);

    /// <summary>Only when nobody and nothing belongs to it any more. Visitors who used its join code count at its parent from then on, and its pieces are its parent's.</summary>
    public Task<Result<bool>> CloseAsync(int id, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (await changes.FindAsync(id, ct) is not { } organisation || !await changes.HoldsAsync(by, id, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation.ParentId is not { } parentId)
            {
                return TreeChanges.IsRoot;
            }

            if (!await changes.HoldsAsync(by, parentId, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation.ClosedAt is not null)
            {
                return false;
            }

            await changes.LockAsync(id, ct);
            if (await HoldsSomethingAsync(id, ct))
            {
                return NotEmpty;
            }

            var now = clock.GetUtcNow();
            await standings.LockOpenLessonsAsync(db, ct);
            await moves.MoveAllAsync(db, id, parentId, now, ct);
            await pieces.MoveAllAsync(id, parentId, by, now, ct);
            await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ClosedAt, now), ct);

            // A file that names it means a new one.
            await db.OrganisationAliases.Where(a => a.OrganisationId == id || a.ParentId == id).ExecuteDeleteAsync(ct);
            changes.Record(by, New(by, OrganisationChangeKind.Closed, id, from: parentId));
            return true;
        },
        ct);

    /// <summary>Takes a closing back. What was merged stays merged.</summary>
    public Task<Result<bool>> ReopenAsync(int id, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (await changes.FindAsync(id, ct) is not { } organisation || !await changes.HoldsAsync(by, organisation.ParentId, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation.ClosedAt is null)
            {
                return false;
            }

            if (organisation.MergedIntoId is not null)
            {
                return WasMerged;
            }

            if (await changes.FindAsync(organisation.ParentId!.Value, ct) is not { ClosedAt: null })
            {
                return TreeChanges.HasClosed;
            }

            if (!await changes.IsFreeAsync(organisation.ParentId, organisation.NameKey, id, ct))
            {
                return TreeChanges.NameTaken;
            }

            await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ClosedAt, (DateTimeOffset?)null), ct);
            changes.Record(by, New(by, OrganisationChangeKind.Reopened, id, to: organisation.ParentId));
            return true;
        },
        ct);

    private async Task<bool> HoldsSomethingAsync(int id, CancellationToken ct)
        => await db.Memberships.AnyAsync(m => m.OrganisationId == id && m.Until == null, ct)
            || await db.Organisations.AnyAsync(o => o.ParentId == id && o.ClosedAt == null, ct)
            || await db.JoinRequests.AnyAsync(r => r.OrganisationId == id && r.DecidedAt == null, ct)
            || await db.CorrectionRequests.AnyAsync(r => r.OrganisationId == id && r.DecidedAt == null, ct)
            || await db.RosterDoubts.AnyAsync(d => d.OrganisationId == id && d.DecidedAt == null, ct)
            || await db.Appeals.AnyAsync(a => a.OrganisationId == id && a.DecidedAt == null, ct)
            || await db.Transfers.AnyAsync(t => (t.FromId == id || t.ToId == id) && t.EndedAt == null, ct);

    private OrganisationChange New(
        Reorganiser by, OrganisationChangeKind kind, int id, int? from = null, int? to = null, string? oldName = null, string? newName = null) => new()
        {
            At = clock.GetUtcNow(),
            By = by.Actor,
            Kind = kind,
            OrganisationId = id,
            FromParentId = from,
            ToParentId = to,
            OldName = oldName,
            NewName = newName,
            Reason = by.Reason,
        };
}
