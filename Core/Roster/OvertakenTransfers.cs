using System.Globalization;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Open transfers of people whom something else has moved: a roster file, or a decision about one of its rows. Noted in the audit and told to
/// the person and to the secretaries of both branches like those that were decided, however many.
/// </summary>
internal static class OvertakenTransfers
{
    /// <summary>Accepted when the person came to the destination, withdrawn otherwise. To be called in the transaction that moved them.</summary>
    /// <param name="by">What moved them, such as <c>roster</c>.</param>
    /// <param name="actor">Who is behind it, for the audit.</param>
    /// <param name="personId">Null for everybody.</param>
    public static async Task EndAsync(BotDb db, string by, string actor, DateTimeOffset now, int? personId, CancellationToken ct)
    {
        var open = db.Transfers.Where(t => t.EndedAt == null && (personId == null || t.PersonId == personId));
        var arrived = await open.Where(t => db.Memberships.Any(m => m.PersonId == t.PersonId && m.Until == null && m.OrganisationId == t.ToId)).Select(t => t.Id).ToListAsync(ct);
        var left = await open.Where(t => !db.Memberships.Any(m => m.PersonId == t.PersonId && m.Until == null && m.OrganisationId == t.FromId)).Select(t => t.Id).ToListAsync(ct);
        await EndAsync(db, arrived, TransferState.Accepted, ("transfer.accepted", "notice.transfer-accepted"), by, actor, now, ct);
        await EndAsync(db, [.. left.Except(arrived)], TransferState.Withdrawn, ("transfer.withdrawn", "notice.transfer-overtaken"), by, actor, now, ct);
    }

    private static async Task EndAsync(
        BotDb db, List<int> ids, TransferState state, (string Audit, string Person) words, string by, string actor, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var some in ids.Chunk(500))
        {
            await db.Transfers.Where(t => some.Contains(t.Id) && t.EndedAt == null).ExecuteUpdateAsync(
                set => set.SetProperty(t => t.State, state).SetProperty(t => t.EndedAt, now).SetProperty(t => t.DecidedBy, by), ct);

            // Whoever else has ended one of them in this moment has told of it.
            var at = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            var ended = $"(SELECT id, person_id, from_id, to_id FROM transfers WHERE id IN ({string.Join(',', some)}) AND state = {(int)state} AND ended_at = {at})";
            await AuditAsync(db, ended, at, words.Audit, actor, ct);
            await db.Database.ExecuteTextAsync(
                $"""
                INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
                SELECT a.id, '{words.Person}', {at}, {at}, 0, 'transfer:' || t.id || ':' || COALESCE(t.to_id, 0) || ':ended'
                FROM {ended} t JOIN accounts a ON a.person_id = t.person_id WHERE true
                ON CONFLICT (account_id, message_key) DO NOTHING
                """,
                ct);
            await db.Database.ExecuteTextAsync(
                $"""
                INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
                SELECT DISTINCT a.id, 'notice.transfer-settled', {at}, {at}, 0, 'transfer:' || t.id || ':' || COALESCE(t.to_id, 0) || ':settled'
                FROM (SELECT id, person_id, to_id, from_id AS organisation_id FROM {ended} f UNION ALL SELECT id, person_id, to_id, to_id FROM {ended} g) t
                JOIN memberships m ON m.organisation_id = t.organisation_id AND m.until IS NULL AND m.duty IN ({(int)Duty.Secretary}, {(int)Duty.DeputySecretary})
                JOIN accounts a ON a.person_id = m.person_id
                WHERE a.person_id <> t.person_id
                ON CONFLICT (account_id, message_key) DO NOTHING
                """,
                ct);
        }
    }

    private static async Task AuditAsync(BotDb db, string ended, string at, string action, string actor, CancellationToken ct)
        => await db.Database.ExecuteSqlAsync(
            System.Runtime.CompilerServices.FormattableStringFactory.Create(
                $"INSERT INTO audit_entries (at, actor, action, subject, organisation_id) SELECT {at}, CAST({{0}} AS TEXT), '{action}', 'transfer:' || t.id, t.from_id FROM {ended} t", actor),
            ct);
}
