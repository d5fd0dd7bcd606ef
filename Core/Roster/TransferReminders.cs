using System.Globalization;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// What secretaries and the person are told of a transfer, through the outbox. Each once in each round: the message's key says of what.
/// </summary>
public sealed class TransferReminders(BotDb db, TimeProvider clock)
{
    private const string Round = "CASE WHEN t.round = 0 THEN '' ELSE '-' || t.round END";

    /// <summary>The nearer deadlines, once a week before and once a day before. To be run every day; a day that was missed is made up for.</summary>
    /// <returns>How many notices are new.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = ChinaTime.DateOf(now);

        // Who was told of the release just now is not told again at once.
        return await RemindAsync("notice.transfer-week", "week", today.AddDays(2), today.AddDays(7), ChinaTime.StartOf(today.AddDays(-2)), now, ct)
            + await RemindAsync("notice.transfer-day", "day", today, today.AddDays(1), ChinaTime.StartOf(today), now, ct);
    }

    /// <summary>Of any number at once: people are locked meanwhile.</summary>
    internal async Task ReleasedAsync(IReadOnlyCollection<int> ids, CancellationToken ct)
    {
        var now = Now();

        // Two groups sent to one branch together are one thing to look at: the sentence is told once however many notices say it.
        await db.Database.ExecuteTextAsync(
            $"""
            INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
            SELECT DISTINCT a.id, 'notice.transfer-arrives', {now}, {now}, 0, 'transfer:' || t.id || ':' || t.to_id || ':arrives' || {Round}
            FROM transfers t
            JOIN memberships m ON m.organisation_id = t.to_id AND m.until IS NULL AND m.duty IN ({(int)Duty.Secretary}, {(int)Duty.DeputySecretary})
            JOIN accounts a ON a.person_id = m.person_id
            WHERE t.id IN ({string.Join(',', ids)})
            ON CONFLICT (account_id, message_key) DO NOTHING
            """,
            ct);
        await TellPeopleAsync(ids, "notice.transfer-released", ct);
    }

    internal Task RemovingAsync(IReadOnlyCollection<int> ids, CancellationToken ct) => TellPeopleAsync(ids, "notice.removal-asked", ct);

    internal async Task RefusedAsync(int id, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
            SELECT DISTINCT a.id, 'notice.transfer-refused', {now}, {now}, 0, 'transfer:' || t.id || ':' || t.to_id || ':refused' || CASE WHEN t.round = 0 THEN '' ELSE '-' || t.round END
            FROM transfers t
            JOIN memberships m ON m.organisation_id = t.from_id AND m.until IS NULL AND m.duty IN ({(int)Duty.Secretary}, {(int)Duty.DeputySecretary})
            JOIN accounts a ON a.person_id = m.person_id
            WHERE t.id = {id} AND a.person_id <> t.person_id
            ON CONFLICT (account_id, message_key) DO NOTHING
            """,
            ct);
        await TellPersonAsync(id, "notice.transfer-not-taken", ct);
    }

    /// <param name="code">Of a reply.</param>
    internal Task TellPersonAsync(int id, string code, CancellationToken ct) => TellPeopleAsync([id], code, ct);

    private Task TellPeopleAsync(IReadOnlyCollection<int> ids, string code, CancellationToken ct)
    {
        var now = Now();
        return db.Database.ExecuteTextAsync(
            $"""
            INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
            SELECT a.id, '{code}', {now}, {now}, 0, 'transfer:' || t.id || ':' || COALESCE(t.to_id, 0) || ':{code}' || {Round}
            FROM transfers t JOIN accounts a ON a.person_id = t.person_id
            WHERE t.id IN ({string.Join(',', ids)})
            ON CONFLICT (account_id, message_key) DO NOTHING
            """,
            ct);
    }

    private string Now() => clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <param name="releasedBefore">Later ones are left for the next run.</param>
    private Task<int> RemindAsync(string code, string step, DateOnly from, DateOnly to, DateTimeOffset releasedBefore, DateTimeOffset now, CancellationToken ct)
        => db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO outbox (account_id, code, at, due_at, state, message_key)
            SELECT DISTINCT a.id, CAST({code} AS TEXT), {now.ToUnixTimeMilliseconds()}, {now.ToUnixTimeMilliseconds()}, 0, 'transfers:' || t.to_id || ':' || t.deadline || ':' || CAST({step} AS TEXT)
            FROM transfers t
            JOIN memberships m ON m.organisation_id = t.to_id AND m.until IS NULL AND m.duty IN ({(int)Duty.Secretary}, {(int)Duty.DeputySecretary})
            JOIN accounts a ON a.person_id = m.person_id
            WHERE t.ended_at IS NULL AND t.state = {(int)TransferState.Waiting} AND t.deadline >= {from} AND t.deadline <= {to}
                AND t.released_at < {releasedBefore.ToUnixTimeMilliseconds()}
            ON CONFLICT (account_id, message_key) DO NOTHING
            """,
            ct);
}
