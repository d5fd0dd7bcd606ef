using Bot.Bench.Setup;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>The rows against what clients were told, and the counters against a recount.</summary>
internal static class CrashVerdict
{
    public static async Task AddAsync(Workspace workspace, Report report, Population population, Told told, CancellationToken ct)
    {
        var rows = await workspace.InDbAsync(db => (
            from completion in db.Completions
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            select new { completion.PersonId, lesson.Period, completion.Receipt }).ToListAsync(ct));
        var stored = rows.ToLookup(r => (r.PersonId, r.Period), r => r.Receipt);
        var lost = told.Receipts.Count(t => !stored[(population.PersonIds[t.Key.Member], t.Key.Period)].Contains(t.Value));
        report.Add("acknowledged", told.Count);
        report.Add("rows", rows.Count);
        report.Add("storedBeforeTold", told.StoredUntold);
        report.AddAtMost("lost", lost, 0);
        report.AddAtMost("duplicates", rows.Count - stored.Count + rows.Count - rows.Select(r => r.Receipt).Distinct().Count(), 0);
        report.AddAtMost("secondReceipts", told.Different, 0);

        // Every pair that was begun has been finished in the end, so there is no row that nobody was told of.
        report.AddAtMost("unknownRows", rows.Count - told.Count, 0);

        var recount = (await ServerUnderTest.OperateAsync(workspace, ct, "tally", "rebuild")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        report.AddAtMost("recountsThatDiffer", recount.Count(line => !line.TrimEnd().EndsWith(": agreed", StringComparison.Ordinal)), 0);
        report.AddAtLeast("recounts", recount.Length, 2); // the members, and the lesson
    }
}
