using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="People">Ids of those who go along; by whoever answers for the organisation's people, see <see cref="RosterHands"/>.</param>
public sealed record SplitAsked(int OrganisationId, string Name, OrganisationKind Kind, IReadOnlyCollection<int> People);

/// <summary>Puts two organisations together, or takes one apart. Otherwise as <see cref="Reorganising"/>.</summary>
public sealed class Mergers(BotDb db, TreeChanges changes, MemberMoves moves, Standings standings, PieceHeirs pieces, TimeProvider clock)
{
    public static readonly Refusal Same = new(RefusalKind.Invalid, "organisation.same", "An organisation cannot be merged with itself, or into one below it.");
    public static readonly Refusal ChildrenCollide = new(RefusalKind.Conflict, "organisation.children-collide", "Both have an organisation of the same name below them.");
    public static readonly Refusal NotMembers = new(RefusalKind.NotFound, "organisation.not-members", "Not all of the chosen people are there, or the viewer does not answer for them.");

    /// <summary>
    /// Everybody and everything of one organisation goes to another, and it closes: memberships from this instant on, what stands below it,
    /// open requests, doubts, appeals and transfers, pieces, its join code and its names in files. Its duties end. Staff who held a role there lose it.
    /// </summary>
    public Task<Result<bool>> MergeAsync(int id, int intoId, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (await changes.FindAsync(id, ct) is not { } organisation || await changes.FindAsync(intoId, ct) is not { } into
                || !await changes.HoldsAsync(by, id, ct) || !await changes.HoldsAsync(by, intoId, ct))
            {
                return StaffScope.NotFound;
            }

            if (organisation is { ClosedAt: not null } && organisation.MergedIntoId == intoId)
            {
                return false;
            }

            if (await RefusalAsync(organisation, into, by, ct) is { } refusal)
            {
                return refusal;
            }

            await changes.LockAsync(id, ct);
            await standings.LockOpenLessonsAsync(db, ct);
            var now = clock.GetUtcNow();
            var people = await moves.MoveAllAsync(db, id, intoId, now, ct);
            await MoveRequestsAsync(id, intoId, by, now, ct);
            await pieces.MoveAllAsync(id, intoId, by, now, ct);
            foreach (var child in await db.Organisations.Where(o => o.ParentId == id && o.ClosedAt == null).OrderBy(o => o.Id).Select(o => o.Id).ToListAsync(ct))
            {
                await changes.ReparentAsync(child, intoId, ct);
                db.Add(new OrganisationChange { At = now, By = by.Actor, Kind = OrganisationChangeKind.Moved, OrganisationId = child, FromParentId = id, ToParentId = intoId, Reason = by.Reason });
            }

            await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ClosedAt, now).SetProperty(o => o.MergedIntoId, intoId), ct);
            await MoveNamesAsync(organisation, intoId, ct);
            changes.Record(by, new OrganisationChange
            {
                At = now,
                By = by.Actor,
                Kind = OrganisationChangeKind.Merged,
                OrganisationId = id,
                OtherId = intoId,
                FromParentId = organisation.ParentId,
                People = people,
                Reason = by.Reason,
            });
            return true;
        },
        ct);

    /// <summary>Makes a new organisation beside this one and takes the chosen people there.</summary>
    public Task<Result<bool>> SplitAsync(SplitAsked asked, Reorganiser by, CancellationToken ct) => changes.RunAsync(
        async () =>
        {
            if (!TreeChanges.TryName(asked.Name, out var name))
            {
                return TreeChanges.BadName;
            }

            if (await changes.FindAsync(asked.OrganisationId, ct) is not { } organisation || !await changes.HoldsAsync(by, asked.OrganisationId, ct))
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
                return TreeChanges.HasClosed;
            }

            if (!await changes.IsFreeAsync(parentId, Names.Key(name), 0, ct))
            {
                return TreeChanges.NameTaken;
            }

            var added = await AddAsync(name, asked.Kind, parentId, ct);
            if (asked.People.Count > 0 && !await TakeAlongAsync(asked, added, by, ct))
            {
                return NotMembers;
            }

            changes.Record(by, new OrganisationChange
            {
                At = clock.GetUtcNow(),
                By = by.Actor,
                Kind = OrganisationChangeKind.Split,
                OrganisationId = asked.OrganisationId,
                OtherId = added,
                ToParentId = parentId,
                NewName = name,
                People = asked.People.Count,
                Reason = by.Reason,
            });
            return true;
        },
        ct);

    private async Task<Refusal?> RefusalAsync(Organisation organisation, Organisation into, Reorganiser by, CancellationToken ct)
    {
        if (organisation.ParentId is not { } parentId)
        {
            return TreeChanges.IsRoot;
        }

        if (!await changes.HoldsAsync(by, parentId, ct))
        {
            return StaffScope.NotFound;
        }

        if (organisation.ClosedAt is not null || into.ClosedAt is not null)
        {
            return TreeChanges.HasClosed;
        }

        if (await db.OrganisationAncestors.AnyAsync(a => a.OrganisationId == into.Id && a.AncestorId == organisation.Id, ct))
        {
            return Same;
        }

        var there = db.Organisations.Where(o => o.ParentId == into.Id && o.ClosedAt == null && o.Id != organisation.Id).Select(o => o.NameKey)
            .Union(db.OrganisationAliases.Where(a => a.ParentId == into.Id && a.OrganisationId != organisation.Id).Select(a => a.NameKey));
        if (await db.Organisations.AnyAsync(o => o.ParentId == organisation.Id && o.ClosedAt == null && there.Contains(o.NameKey), ct))
        {
            return ChildrenCollide;
        }

        return await changes.DepthAsync(into.Id, ct) + await changes.HeightAsync(organisation.Id, ct) - 1 > RosterPaths.MaxDepth ? TreeChanges.TooDeep : null;
    }

    private async Task MoveRequestsAsync(int id, int intoId, Reorganiser by, DateTimeOffset now, CancellationToken ct)
    {
        await db.JoinRequests.Where(r => r.OrganisationId == id && r.DecidedAt == null).ExecuteUpdateAsync(set => set.SetProperty(r => r.OrganisationId, intoId), ct);
        await db.CorrectionRequests.Where(r => r.OrganisationId == id && r.DecidedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.OrganisationId, (int?)intoId), ct);
        await db.RosterDoubts.Where(d => d.OrganisationId == id && d.DecidedAt == null && !db.RosterDoubts.Any(o => o.OrganisationId == intoId && o.RowMark == d.RowMark))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.OrganisationId, intoId), ct);
        await db.RosterDoubts.Where(d => d.OrganisationId == id && d.DecidedAt == null).ExecuteDeleteAsync(ct); // asked there already

        await db.Appeals.Where(a => a.OrganisationId == id && a.DecidedAt == null).ExecuteUpdateAsync(set => set.SetProperty(a => a.OrganisationId, (int?)intoId), ct);

        // So that a later file still asks about whoever was taken off, and the new secretary can put them back.
        await db.Transfers.Where(t => t.FromId == id && t.State == TransferState.Removed).ExecuteUpdateAsync(set => set.SetProperty(t => t.FromId, intoId), ct);
        var transfers = db.Transfers.Where(t => t.EndedAt == null);
        await transfers.Where(t => t.FromId == id).ExecuteUpdateAsync(set => set.SetProperty(t => t.FromId, intoId), ct);
        await transfers.Where(t => t.ToId == id).ExecuteUpdateAsync(set => set.SetProperty(t => t.ToId, intoId), ct);
        await transfers.Where(t => t.FromId == t.ToId).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.State, TransferState.Withdrawn).SetProperty(t => t.EndedAt, now).SetProperty(t => t.DecidedBy, by.Actor), ct);
    }

    private async Task MoveNamesAsync(Organisation organisation, int intoId, CancellationToken ct)
    {
        await db.OrganisationAliases.Where(a => a.OrganisationId == organisation.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.OrganisationId, intoId), ct);
        foreach (var alias in await db.OrganisationAliases.AsNoTracking().Where(a => a.ParentId == organisation.Id).ToListAsync(ct))
        {
            await db.OrganisationAliases.Where(a => a.Id == alias.Id).ExecuteDeleteAsync(ct);
            if (await changes.IsFreeAsync(intoId, alias.NameKey, alias.OrganisationId, ct))
            {
                await changes.KeepNameAsync(intoId, alias.NameKey, alias.OrganisationId, ct);
            }
        }

        await changes.KeepNameAsync(organisation.ParentId, organisation.NameKey, intoId, ct);
    }

    /// <returns>The new organisation's id.</returns>
    private async Task<int> AddAsync(string name, OrganisationKind kind, int parentId, CancellationToken ct)
    {
        var code = JoinCodes.New();
        while (await db.Organisations.IgnoreQueryFilters().AnyAsync(o => o.JoinCode == code, ct))
        {
            code = JoinCodes.New();
        }

        var added = new Organisation { ParentId = parentId, Name = name, NameKey = Names.Key(name), Kind = kind, JoinCode = code };
        db.Add(added);
        await db.SaveChangesAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO organisation_ancestors (organisation_id, ancestor_id, distance)
            SELECT CAST({added.Id} AS INTEGER), ancestor_id, distance + 1 FROM organisation_ancestors WHERE organisation_id = {parentId}
            UNION ALL SELECT CAST({added.Id} AS INTEGER), CAST({added.Id} AS INTEGER), 0
            """,
            ct);
        return added.Id;
    }

    private async Task<bool> TakeAlongAsync(SplitAsked asked, int to, Reorganiser by, CancellationToken ct)
    {
        if (by.Tops is { } tops && !await RosterHands.Rows(db, tops).AnyAsync(a => a.OrganisationId == asked.OrganisationId, ct))
        {
            return false;
        }

        // All are locked before the first moves: whoever holds one of them waits for nothing that is changed here.
        var people = asked.People.Distinct().Order().ToList();
        await standings.LockOpenLessonsAsync(db, ct);
        foreach (var person in people)
        {
            await Standings.LockPersonAsync(db, person, ct);
        }

        var now = clock.GetUtcNow();
        foreach (var person in people)
        {
            if (!await moves.MoveAsync(db, person, asked.OrganisationId, to, now, ct))
            {
                return false;
            }
        }

        await db.Transfers.Where(t => t.EndedAt == null && t.FromId == asked.OrganisationId && people.Contains(t.PersonId))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.FromId, to), ct);
        return true;
    }
}
