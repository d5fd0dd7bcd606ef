using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>An import as a viewer sees it.</summary>
/// <param name="State">Of one whose node has died without a word: <see cref="ImportState.Broken"/>.</param>
/// <param name="Report">For the importer alone: others see counts.</param>
public sealed record UploadSeen(RosterImportRun Run, ImportState State, bool IsMine, RosterReport? Report)
{
    public bool IsOpen => State < ImportState.Committed;
}

/// <summary>
/// Imports at the console. Who imports for some organisations is seen, in counts, by all who may import for all of these; the file's rows
/// are the importer's alone, and so is the decision. An operator's imports are seen by those who may import for the whole tree.
/// </summary>
public sealed class RosterUploads(BotDb db, Vault vault, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "roster.import-not-found", "No such import for this viewer.");
    public static readonly Refusal StillWriting = new(RefusalKind.Conflict, "roster.import-still-writing", "The viewer's last import writes.");
    public static readonly Refusal Ended = new(RefusalKind.Conflict, "roster.import-ended", "It has ended, or somebody has decided it.");

    public const int MaxFileName = 100;

    public static bool May(Viewer viewer) => viewer.Login is not null && viewer.ImportTops.Count > 0;

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<UploadSeen>> ListAsync(Viewer viewer, int rows, CancellationToken ct)
    {
        var runs = await (await SeenByAsync(viewer, ct)).OrderByDescending(i => i.Id).Take(rows).ToListAsync(ct);
        return [.. runs.Select(run => See(viewer, run, withReport: false))];
    }

    public async Task<Result<UploadSeen>> FindAsync(Viewer viewer, int id, CancellationToken ct)
        => await (await SeenByAsync(viewer, ct)).FirstOrDefaultAsync(i => i.Id == id, ct) is { } run ? See(viewer, run, withReport: true) : NotFound;

    /// <summary>The viewer's import that is not over, which a new file takes the place of.</summary>
    public async Task<UploadSeen?> OpenAsync(Viewer viewer, CancellationToken ct)
    {
        var alive = clock.GetUtcNow() - RosterSlot.DeadAfter;
        var run = await (await SeenByAsync(viewer, ct)).Where(i => i.By == viewer.Actor && i.State < ImportState.Committed && i.Heartbeat >= alive)
            .OrderByDescending(i => i.Id).FirstOrDefaultAsync(ct);
        return run is null ? null : See(viewer, run, withReport: false);
    }

    /// <summary>To be asked before a file is taken in.</summary>
    /// <param name="fileName">As the browser says it.</param>
    public async Task<Result<RosterOrder>> OrderAsync(Viewer viewer, string fileName, CancellationToken ct)
        => !May(viewer) ? NotFound
            : await OpenAsync(viewer, ct) is { Run.Approved: not null } ? StillWriting
            : new RosterOrder(viewer.Actor, Clean(fileName), viewer.ImportTops);

    /// <summary>Enters an import that was ordered; one of the same person that is not decided yet ends.</summary>
    /// <returns>Its id.</returns>
    public async Task<int> BeginAsync(RosterOrder order, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.RosterImports.Where(i => i.By == order.By && i.State < ImportState.Storing && i.Approved == null).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.State, ImportState.Replaced).SetProperty(i => i.PreviewSealed, (byte[]?)null), ct);
        var run = RosterImportRun.Of(order, clock.GetUtcNow());
        db.Add(run);
        await db.SaveChangesAsync(ct);
        Audit(order.By, "roster.uploaded", $"import:{run.Id}", run);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return run.Id;
    }

    /// <summary>What the preview shows shall be stored.</summary>
    public async Task<Result<bool>> ApproveAsync(Viewer viewer, int id, CancellationToken ct)
    {
        if ((await FindMineAsync(viewer, id, ct)).IsRefused(out var refusal, out var seen))
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var alive = clock.GetUtcNow() - RosterSlot.DeadAfter;
        if (await db.RosterImports.Where(i => i.Id == id && i.State == ImportState.Waiting && i.Approved == null && i.Heartbeat >= alive)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Approved, true), ct) == 0)
        {
            return Ended;
        }

        var run = seen.Run;
        Audit(viewer.Actor, "roster.import-approved", string.Create(
            CultureInfo.InvariantCulture,
            $"import:{id} organisations:{run.OrganisationsNew} new:{run.PeopleNew} changed:{run.PeopleChanged} moved:{run.PeopleMoved} ambiguous:{run.Ambiguous}"), run);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>At any time before the commit. What is not written yet ends at once, else the node that writes stops and removes what it has written ahead.</summary>
    public async Task<Result<bool>> CancelAsync(Viewer viewer, int id, CancellationToken ct)
    {
        if ((await FindMineAsync(viewer, id, ct)).IsRefused(out var refusal, out var seen))
        {
            return refusal;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ended = await db.RosterImports.Where(i => i.Id == id && i.State < ImportState.Storing && i.Approved == null).ExecuteUpdateAsync(
            set => set.SetProperty(i => i.State, ImportState.Cancelled).SetProperty(i => i.Approved, false).SetProperty(i => i.PreviewSealed, (byte[]?)null), ct);
        if (ended == 0 && await db.RosterImports.Where(i => i.Id == id && i.State < ImportState.Committed && i.Approved == true)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Approved, false), ct) == 0)
        {
            return Ended;
        }

        Audit(viewer.Actor, "roster.import-cancelled", $"import:{id}", seen.Run);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task<Result<UploadSeen>> FindMineAsync(Viewer viewer, int id, CancellationToken ct)
        => (await FindAsync(viewer, id, ct)).IsRefused(out _, out var seen) || !seen.IsMine ? NotFound : seen;

    private async Task<IQueryable<RosterImportRun>> SeenByAsync(Viewer viewer, CancellationToken ct)
    {
        var tops = May(viewer) ? viewer.ImportTops : [];
        var hasAll = tops.Count > 0 && !await db.Organisations.AnyAsync(o => o.ParentId == null && !tops.Contains(o.Id), ct);
        return db.RosterImports.AsNoTracking().Include(i => i.Tops).Where(i => i.By != "" && (i.Tops.Count == 0
            ? hasAll
            : i.Tops.All(t => db.OrganisationAncestors.Any(a => a.OrganisationId == t.OrganisationId && tops.Contains(a.AncestorId)))));
    }

    private UploadSeen See(Viewer viewer, RosterImportRun run, bool withReport)
    {
        var isDead = run.State < ImportState.Committed && run.Heartbeat < clock.GetUtcNow() - RosterSlot.DeadAfter;
        var (state, isMine) = (isDead ? ImportState.Broken : run.State, run.By == viewer.Actor);
        return new UploadSeen(run, state, isMine, withReport && isMine && !isDead && run.PreviewSealed is { } report ? RosterReport.Open(vault, report) : null);
    }

    /// <summary>The last part of a path, without what could trouble a screen.</summary>
    private static string Clean(string fileName)
    {
        var name = string.Concat(fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..].Where(c => !char.IsControl(c))).Trim();
        return name.Length > MaxFileName ? name[..(MaxFileName / 2)] + "…" + name[^(MaxFileName / 2 - 1)..] : name;
    }

    private void Audit(string actor, string action, string subject, RosterImportRun run)
        => db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = actor, Action = action, Subject = subject, OrganisationId = run.OnlyTop });
}
