using System.Data;
using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bot.Core.Lessons;

/// <summary>
/// Settles closed lessons. First a lesson is sealed: nothing that is written from then on counts as in time. What decides is past by then
/// and does not change, so it is counted without holding anybody up. Then all rows and the mark that makes them valid are stored in one
/// transaction: of several processes one stores them, and a process that dies leaves nothing, or a seal, after which the next begins anew.
/// </summary>
public sealed class Freezes(BotDb db, ClosedCounts counts, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>After closing: the grace for attempts that had begun, and a minute for what is still being written.</summary>
    public static readonly TimeSpan After = Completions.Grace + TimeSpan.FromMinutes(1);

    private static readonly (string, DbType)[] Columns =
    [
        ("lesson_id", DbType.Int32), ("organisation_id", DbType.Int32), ("parent_id", DbType.Int32), ("own_members", DbType.Int32), ("own_exempt", DbType.Int32),
        ("own_completed", DbType.Int32), ("members", DbType.Int32), ("exempt", DbType.Int32), ("completed", DbType.Int32),
    ];

    /// <summary>Freezes every lesson whose time has come; none before there is a roster.</summary>
    /// <returns>How many were frozen by this call.</returns>
    public async Task<int> FreezeDueAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - After;
        var due = await db.Lessons.AsNoTracking()
            .Where(l => l.State == LessonState.Published && l.ClosesAt <= before && !db.Freezes.Any(f => f.LessonId == l.Id && f.FrozenAt != null))
            .OrderBy(l => l.ClosesAt).ThenBy(l => l.Id).Select(l => new { l.Id, l.ClosesAt }).ToListAsync(ct);
        if (due.Count == 0 || !await db.Memberships.AnyAsync(ct))
        {
            return 0;
        }

        var frozen = 0;
        foreach (var lesson in due)
        {
            frozen += await FreezeAsync(lesson.Id, lesson.ClosesAt, null, ct) ? 1 : 0;
        }

        return frozen;
    }

    /// <param name="progress">0 to 1, after each step.</param>
    /// <returns>False when another process had been quicker.</returns>
    internal async Task<bool> FreezeAsync(int lessonRowId, DateTimeOffset closesAt, IProgress<double>? progress, CancellationToken ct)
    {
        await SealAsync(lessonRowId, closesAt, ct);
        progress?.Report(0.1);
        var (own, misplaced) = await counts.ReadAsync(lessonRowId, closesAt, ct);
        progress?.Report(0.4);
        var nodes = await ClosingTree.OfAsync(db, await tree.AllAsync(ct), own.Keys, closesAt, ct);
        progress?.Report(0.5);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await Tallies.LockLessonAsync(db, lessonRowId, ct);
        if (!await ClaimAsync(lessonRowId, own, nodes.Count, ct))
        {
            return false;
        }

        progress?.Report(0.6);
        await PlaceAsync(lessonRowId, misplaced, ct);
        progress?.Report(0.7);
        await StoreAsync(new BatchConnection(db.Database.GetDbConnection(), transaction.GetDbTransaction(), db.Database.IsSqliteDatabase()), lessonRowId, own, nodes, ct);
        progress?.Report(0.9);
        await transaction.CommitAsync(ct);
        progress?.Report(1);
        return true;
    }

    /// <summary>Waits for the completions that are being written, see <see cref="CompletionWriter"/>.</summary>
    private async Task SealAsync(int lessonRowId, DateTimeOffset closesAt, CancellationToken ct)
    {
        var (asOf, now) = (closesAt.ToUnixTimeMilliseconds(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await Tallies.LockLessonAsync(db, lessonRowId, ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO freezes (lesson_id, as_of, sealed_at) VALUES ({lessonRowId}, {asOf}, {now}) ON CONFLICT (lesson_id) DO NOTHING", ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>One statement: of several processes one gets true.</summary>
    private async Task<bool> ClaimAsync(int lessonRowId, Dictionary<int, Figure> own, int organisations, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var total = own.Values.Aggregate(default(Figure), (a, b) => a + b);
        var source = string.Create(
            CultureInfo.InvariantCulture, $"roster and completions at closing: {organisations} organisations, {total.Members} memberships, {total.Exempt} exempt, {total.Completed} completions");
        return await db.Freezes.Where(f => f.LessonId == lessonRowId && f.FrozenAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.FrozenAt, now).SetProperty(f => f.Source, source), ct) == 1;
    }

    private async Task PlaceAsync(int lessonRowId, List<Misplaced> misplaced, CancellationToken ct)
    {
        foreach (var row in misplaced)
        {
            await db.Completions.Where(c => c.Id == row.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.OrganisationId, row.RightOrganisationId).SetProperty(c => c.Standing, row.RightStanding), ct);
            await Tallies.AddAsync(db, lessonRowId, row.OrganisationId, row.Standing, late: false, -1, ct);
            await Tallies.AddAsync(db, lessonRowId, row.RightOrganisationId, row.RightStanding, late: false, 1, ct);
        }
    }

    private static async Task StoreAsync(BatchConnection connection, int lessonRowId, Dictionary<int, Figure> own, List<(int Id, int? ParentId)> nodes, CancellationToken ct)
    {
        var rolled = Rolling.Up(nodes, own);
        await using var rows = new BulkInsert(connection, "frozen_figures", Columns);
        foreach (var (id, parentId) in nodes)
        {
            var (self, all) = (own.GetValueOrDefault(id), rolled[id]);
            await rows.AddAsync(ct, lessonRowId, id, parentId, self.Members, self.Exempt, self.Completed, all.Members, all.Exempt, all.Completed);
        }

        await rows.FlushAsync(ct);
    }
}

/// <summary>Sums of whole subtrees.</summary>
internal static class Rolling
{
    /// <param name="nodes">Parents before children.</param>
    public static Dictionary<int, Figure> Up(IReadOnlyList<(int Id, int? ParentId)> nodes, IReadOnlyDictionary<int, Figure> own)
    {
        var rolled = new Dictionary<int, Figure>(nodes.Count);
        foreach (var (id, _) in nodes)
        {
            rolled[id] = own.GetValueOrDefault(id);
        }

        for (var i = nodes.Count - 1; i >= 0; i--)
        {
            if (nodes[i].ParentId is { } parent)
            {
                rolled[parent] += rolled[nodes[i].Id];
            }
        }

        return rolled;
    }
}
