using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Keeps an organisation from being merged or closed while somebody is put into it. To be called inside a transaction.</summary>
internal static class OpenOrganisations
{
    /// <summary>To be called before people are locked, so that a merge, which goes the same way, cannot be in the middle.</summary>
    /// <returns>The organisation, or the open one that it was merged into; null when it has closed.</returns>
    public static Task<int?> HoldAsync(BotDb db, int organisationId, CancellationToken ct) => HoldAsync(db, organisationId, orAbove: false, ct);

    /// <summary>The same for what is laid before an organisation: where one has closed, what is left above it answers.</summary>
    public static async Task<int> HoldStandInAsync(BotDb db, int organisationId, CancellationToken ct) => await HoldAsync(db, organisationId, orAbove: true, ct) ?? organisationId;

    /// <summary>For what one after the other may do to an organisation; on SQLite every writing transaction is alone.</summary>
    public static Task HoldAloneAsync(BotDb db, int organisationId, CancellationToken ct)
        => db.Database.IsSqliteDatabase() ? Task.CompletedTask : db.Database.ExecuteSqlAsync($"SELECT id FROM organisations WHERE id = {organisationId} FOR NO KEY UPDATE", ct);

    private static async Task<int?> HoldAsync(BotDb db, int organisationId, bool orAbove, CancellationToken ct)
    {
        for (int? id = organisationId; id is not null;)
        {
            if (!db.Database.IsSqliteDatabase())
            {
                await db.Database.ExecuteSqlAsync($"SELECT id FROM organisations WHERE id = {id} FOR SHARE", ct);
            }

            var row = await db.Organisations.AsNoTracking().Where(o => o.Id == id).Select(o => new { o.ClosedAt, o.MergedIntoId, o.ParentId }).FirstOrDefaultAsync(ct);
            if (row is { ClosedAt: null })
            {
                return id;
            }

            id = row?.MergedIntoId ?? (orAbove ? row?.ParentId : null);
        }

        return null;
    }
}
