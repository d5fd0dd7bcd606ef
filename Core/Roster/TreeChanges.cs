using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <param name="Actor">Staff login, or <c>operator</c>.</param>
/// <param name="Tops">Within whose subtrees everything touched must lie; null for an operator, who may touch everything.</param>
/// <param name="Reason">The actor's words, for the history.</param>
public sealed record Reorganiser(string Actor, IReadOnlyCollection<int>? Tops, string? Reason = null);

/// <summary>What every change of the tree has in common. One at a time, and never while an import writes.</summary>
public sealed class TreeChanges(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal ImportRunning = new(RefusalKind.Conflict, "organisation.import-running", "A roster import is writing.");
    public static readonly Refusal NameTaken = new(RefusalKind.Conflict, "organisation.name-taken", "Another organisation there has, or had, this name.");
    public static readonly Refusal BadName = new(RefusalKind.Invalid, "organisation.bad-name", "1 to 60 characters, without a slash.");
    public static readonly Refusal Overtaken = new(RefusalKind.Conflict, "organisation.overtaken", "It was renamed since the page was opened.");
    public static readonly Refusal IsRoot = new(RefusalKind.Invalid, "organisation.is-root", "The top of the tree stays where it is.");
    public static readonly Refusal HasClosed = new(RefusalKind.Conflict, "organisation.has-closed", "The organisation has closed.");
    public static readonly Refusal TooDeep = new(RefusalKind.Invalid, "organisation.too-deep", "More than 20 levels.");

    /// <summary>All in one transaction; when the change refuses, or says false for 'it is so already', nothing is stored.</summary>
    internal async Task<Result<bool>> RunAsync(Func<Task<Result<bool>>> change, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Holding the place of the one import that may write, until the commit, keeps others out who want to change the tree.
        var now = clock.GetUtcNow();
        var turn = new RosterImportRun { At = now, By = "", FileName = "", Heartbeat = now, Writes = true };
        db.Add(turn);
        if (!await db.TrySaveNewAsync(ct))
        {
            return ImportRunning;
        }

        var result = await change();
        if (result.IsRefused(out _, out var changed) || !changed)
        {
            db.ChangeTracker.Clear();
            return result;
        }

        db.Remove(turn);
        await db.SaveChangesAsync(ct);
        await OrganisationTree.TouchAsync(db, ct);
        await transaction.CommitAsync(ct);
        tree.Forget();
        return true;
    }

    internal Task<Organisation?> FindAsync(int id, CancellationToken ct) => db.Organisations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id, ct);

    /// <param name="id">Null, the place above a root, is nobody's but the operator's.</param>
    internal async Task<bool> HoldsAsync(Reorganiser by, int? id, CancellationToken ct)
        => by.Tops is not { } tops || await db.OrganisationAncestors.AnyAsync(a => a.OrganisationId == id && tops.Contains(a.AncestorId), ct);

    /// <summary>Whether the name means nobody else there: neither now nor in files that still use an older name.</summary>
    internal async Task<bool> IsFreeAsync(int? parentId, string nameKey, int except, CancellationToken ct)
        => !await db.Organisations.IgnoreQueryFilters().AnyAsync(o => o.ParentId == parentId && o.NameKey == nameKey && o.ClosedAt == null && o.Id != except, ct)
            && !await db.OrganisationAliases.AnyAsync(a => a.ParentId == parentId && a.NameKey == nameKey && a.OrganisationId != except, ct);

    /// <summary>Files that use the old name go on meaning this organisation.</summary>
    internal async Task KeepNameAsync(int? parentId, string nameKey, int means, CancellationToken ct)
    {
        if (await db.Organisations.AnyAsync(o => o.ParentId == parentId && o.NameKey == nameKey && o.ClosedAt == null, ct))
        {
            return;
        }

        var known = await db.OrganisationAliases.Where(a => a.ParentId == parentId && a.NameKey == nameKey)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.OrganisationId, means), ct);
        if (known == 0)
        {
            db.Add(new OrganisationAlias { OrganisationId = means, ParentId = parentId, NameKey = nameKey });
            await db.SaveChangesAsync(ct);
        }
    }

    /// <summary>A name that is in use again is no alias.</summary>
    internal Task ForgetNameAsync(int? parentId, string nameKey, CancellationToken ct)
        => db.OrganisationAliases.Where(a => a.ParentId == parentId && a.NameKey == nameKey).ExecuteDeleteAsync(ct);

    /// <summary>Levels of the subtree; 1 for an organisation without any below it.</summary>
    internal async Task<int> HeightAsync(int id, CancellationToken ct)
        => 1 + await db.OrganisationAncestors.Where(a => a.AncestorId == id && db.Organisations.Any(o => o.Id == a.OrganisationId && o.ClosedAt == null)).MaxAsync(a => a.Distance, ct);

    /// <summary>Levels from the top down to the organisation, both included.</summary>
    internal Task<int> DepthAsync(int id, CancellationToken ct) => db.OrganisationAncestors.CountAsync(a => a.OrganisationId == id, ct);

    /// <summary>Hangs an organisation with everything below it under another parent.</summary>
    internal async Task ReparentAsync(int id, int parentId, CancellationToken ct)
    {
        await db.Organisations.Where(o => o.Id == id).ExecuteUpdateAsync(set => set.SetProperty(o => o.ParentId, parentId), ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM organisation_ancestors
            WHERE organisation_id IN (SELECT organisation_id FROM organisation_ancestors WHERE ancestor_id = {id})
                AND ancestor_id IN (SELECT ancestor_id FROM organisation_ancestors WHERE organisation_id = {id} AND distance > 0)
            """,
            ct);
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO organisation_ancestors (organisation_id, ancestor_id, distance)
            SELECT below.organisation_id, above.ancestor_id, below.distance + above.distance + 1
            FROM organisation_ancestors below CROSS JOIN organisation_ancestors above
            WHERE below.ancestor_id = {id} AND above.organisation_id = {parentId}
            """,
            ct);
    }

    /// <summary>Nobody is put into it from here on, see <see cref="OpenOrganisations"/>. What merely refers to it does not wait.</summary>
    internal async Task LockAsync(int id, CancellationToken ct)
    {
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlAsync($"SELECT id FROM organisations WHERE id = {id} FOR NO KEY UPDATE", ct);
        }
    }

    /// <summary>Into the organisation's history and the audit; stored with the commit.</summary>
    internal void Record(Reorganiser by, OrganisationChange change)
    {
        db.Add(change);
        db.Add(new AuditEntry
        {
            At = change.At,
            Actor = by.Actor,
            Action = "organisation." + change.Kind.ToString().ToLowerInvariant(),
            Subject = string.Create(CultureInfo.InvariantCulture, $"organisation:{change.OrganisationId}") + (change.OtherId is { } other ? string.Create(CultureInfo.InvariantCulture, $" other:{other}") : ""),
            Reason = by.Reason,
            OrganisationId = change.OrganisationId,
        });
    }

    /// <summary>Trimmed, when it can be an organisation's name.</summary>
    internal static bool TryName(string typed, out string name)
    {
        name = typed.Trim();
        return name.Length <= RosterPaths.MaxPart && !name.Any(char.IsControl) && !name.Contains('/', StringComparison.Ordinal) && !name.Contains('／', StringComparison.Ordinal)
            && Names.Key(name).Length > 0;
    }
}
