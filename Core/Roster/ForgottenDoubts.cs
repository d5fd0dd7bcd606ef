using Bot.Core.Data;
using Bot.Core.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Doubtful rows of which nobody is to decide any more: those of people who were erased, and those that have waited too long.</summary>
public sealed class ForgottenDoubts(BotDb db, Vault vault, TimeProvider clock)
{
    /// <summary>How long a row waits for a decision.</summary>
    public static readonly TimeSpan WaitsFor = TimeSpan.FromDays(90);

    private const int AtOnce = 500;

    /// <summary>
    /// The open rows that speak of somebody who is being erased stay out, and what they say goes. To be called in the erasing transaction,
    /// before people are locked: whoever decides holds the doubt first.
    /// </summary>
    /// <param name="marks">Of the erased, see <see cref="ErasureMark.Of"/>.</param>
    internal async Task LeaveOutAsync(IReadOnlyCollection<byte[]> marks, string by, CancellationToken ct)
    {
        if (marks.Count == 0)
        {
            return;
        }

        var wanted = marks.Select(Convert.ToHexString).ToHashSet();
        var merged = await MergedAsync(ct);
        var found = new List<int>();
        await foreach (var doubt in db.RosterDoubts.AsNoTracking().Where(d => d.DecidedAt == null && d.RowSealed != null).Select(d => new { d.Id, d.OrganisationId, d.RowSealed }).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (MarksOf(DoubtfulRow.Open(vault, doubt.RowSealed!), doubt.OrganisationId, merged).Any(mark => wanted.Contains(Convert.ToHexString(mark))))
            {
                found.Add(doubt.Id);
            }
        }

        var now = clock.GetUtcNow();
        foreach (var ids in found.Chunk(AtOnce))
        {
            await db.RosterDoubts.Where(d => ids.Contains(d.Id) && d.DecidedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(d => d.DecidedAt, now).SetProperty(d => d.DecidedBy, by).SetProperty(d => d.Outcome, DoubtOutcome.LeftOut).SetProperty(d => d.RowSealed, (byte[]?)null), ct);
        }
    }

    /// <summary>Whether the row speaks of somebody who is nameless now. Who came back since has the marks still, and is meant by them no more.</summary>
    internal async Task<bool> IsErasedAsync(DoubtfulRow row, int organisationId, CancellationToken ct)
    {
        var marks = MarksOf(row, organisationId, await MergedAsync(ct)).ToList();
        return await db.ErasureMarks.AnyAsync(m => marks.Contains(m.Mark) && db.People.Any(p => p.Id == m.PersonId && p.ErasedAt != null), ct);
    }

    /// <summary>Removes what has waited for <see cref="WaitsFor"/>. Nothing was decided, so a later file with the same row asks again.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ExpireAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - WaitsFor;
        return await db.RosterDoubts.Where(d => d.DecidedAt == null && d.At <= before).ExecuteDeleteAsync(ct);
    }

    private IEnumerable<byte[]> MarksOf(DoubtfulRow row, int organisationId, ILookup<int, int> merged)
    {
        return ErasureMark.Of(vault, row.RosterId, row.MemberNumber, WithMerged(organisationId), Names.Key(row.Name), row.BirthDate);

        // As RosterMarks: a mark names the organisation of then, which may have been merged since.
        IEnumerable<int> WithMerged(int id) => merged[id].SelectMany(WithMerged).Prepend(id);
    }

    private async Task<ILookup<int, int>> MergedAsync(CancellationToken ct)
        => (await db.Organisations.AsNoTracking().Where(o => o.MergedIntoId != null).Select(o => new { o.Id, o.MergedIntoId }).ToListAsync(ct)).ToLookup(o => o.MergedIntoId!.Value, o => o.Id);
}
