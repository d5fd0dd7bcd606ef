using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <param name="Month">In China, such as 202611.</param>
/// <param name="Most">What the organisation may send in the month.</param>
/// <param name="Used">Taken by pushes that have started.</param>
/// <param name="Planned">Approved and still to start in the month; the piece that is asked about is not among them.</param>
public sealed record SlotsOfMonth(int Month, int Most, int Used, int Planned)
{
    public int Left => Math.Max(0, Most - Used);

    /// <summary>One more can be planned.</summary>
    public bool HasRoom => Used + Planned < Most;
}

/// <summary>How many mass messages an organisation has left, so that nobody gets more in a month than WeChat lets through.</summary>
public sealed class PushSlots(BotDb db, OrganisationTree tree, PushesOptions options)
{
    /// <param name="goesOut">When it shall start.</param>
    /// <param name="pieceId">Not counted among those that are planned; null for a new one.</param>
    public async Task<SlotsOfMonth> OfAsync(int organisationId, DateTimeOffset goesOut, int? pieceId, CancellationToken ct)
    {
        var month = MonthOf(options.AfterQuiet(goesOut));
        var most = await MostAsync(organisationId, ct);
        var used = await db.PushSlots.CountAsync(s => s.OrganisationId == organisationId && s.Month == month, ct);

        // What went past its time without starting takes nothing; a month and a day is more than any quiet hours move.
        var first = ChinaTime.StartOf(new DateOnly(month / 100, month % 100, 1));
        var (from, to) = (first.AddDays(-1), first.AddDays(32));
        var ahead = await db.Pieces.Where(p => p.Kind == PieceKind.Push && p.OrganisationId == organisationId && p.Id != pieceId && p.OutVersion != null && p.OutAt >= from && p.OutAt < to
                && !db.Pushes.Any(x => x.PieceId == p.Id))
            .Join(db.PieceVersions, p => new { p.Id, Version = p.OutVersion!.Value }, v => new { Id = v.PieceId, v.Version }, (p, v) => new { At = p.OutAt!.Value, v.Text }).ToListAsync(ct);
        return new SlotsOfMonth(month, most, used, ahead.Count(p => MonthOf(options.AfterQuiet(p.At)) == month && PieceText.Read(p.Text).Audience is { ByMass: true }));
    }

    /// <summary>Takes one for a push that starts in this transaction; of twenty who want the last one gets it.</summary>
    /// <returns>False when none is left.</returns>
    internal async Task<bool> TryTakeAsync(Push push, CancellationToken ct)
    {
        var (month, most) = (MonthOf(push.StartedAt), await MostAsync(push.OrganisationId, ct));
        for (var slot = 1; slot <= most; slot++)
        {
            if (await db.Database.ExecuteSqlAsync(
                $"INSERT INTO push_slots (organisation_id, month, slot, push_id) VALUES ({push.OrganisationId}, {month}, {slot}, {push.Id}) ON CONFLICT (organisation_id, month, slot) DO NOTHING", ct) > 0)
            {
                return true;
            }
        }

        return false;
    }

    internal static int MonthOf(DateTimeOffset instant)
    {
        var day = ChinaTime.DateOf(instant);
        return (day.Year * 100) + day.Month;
    }

    private async Task<int> MostAsync(int organisationId, CancellationToken ct)
        => (await tree.AllAsync(ct)).Find(organisationId) is { } organisation ? options.Mass.Monthly.ElementAtOrDefault(organisation.Depth) : 0;
}
