using System.Text.Json;
using Bot.Core.Data;

namespace Bot.Core.Pushes;

/// <summary>A push that goes out now.</summary>
internal sealed record OpenPush(int Id, string Title, string Text, string Page, bool ByMass, DateTimeOffset StartedAt);

/// <summary>A recipient of a push whom this node has taken; for a notification a credit has been spent.</summary>
internal sealed record TakenRecipient(long Id, int AccountId, byte[] OpenIdSealed, OpenPush Push, DateTimeOffset TakenAt);

/// <summary>A look at the next recipients of a push.</summary>
/// <param name="After">Only rows behind this one.</param>
/// <param name="Channel">Notification takes those who have a credit; Mass takes those who have none, to be sent one message together.</param>
internal sealed record RecipientWindow(OpenPush Push, long After, int AtMost, OutboxChannel Channel, DateTimeOffset Now);

/// <param name="Last">The last row that was looked at.</param>
/// <param name="IsEnd">Behind it nobody waits now.</param>
internal sealed record TakenWindow(IReadOnlyList<TakenRecipient> Taken, long Last, bool IsEnd);

/// <summary>
/// Takes recipients of a push, spends their credits and settles those who are not to be sent anything, in one transaction. Whoever has
/// another message on its way waits, so that never two are.
/// </summary>
internal sealed class RecipientTaker(string appId, string templateId) : IBatchWriter<RecipientWindow, TakenWindow>
{
    /// <summary>'outb' in ASCII, for pg_advisory_xact_lock: one takes at a time, over all nodes, people's own messages and pushes alike.</summary>
    public const long LockKey = 0x6F757462;

    private static readonly (string, string)[] Settled = [("id", "bigint"), ("state", "int"), ("is_full", "int")];
    private static readonly (string, string)[] Spendings = [("id", "bigint"), ("credit", "bigint")];

    public async Task<TakenWindow[]> WriteAsync(BatchConnection connection, IReadOnlyList<RecipientWindow> items, CancellationToken ct)
    {
        var answers = new TakenWindow[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            // Never waits for the lock: this transaction may hold rows for which its holder waits.
            answers[i] = connection.IsSqlite || await TryLockAsync(connection, ct) ? await TakeAsync(connection, items[i], ct) : new TakenWindow([], items[i].After, IsEnd: false);
        }

        return answers;
    }

    /// <summary>By which a batch is known to WeChat, the same after a crash: letters and digits, 32 at most.</summary>
    public static string BatchId(OpenPush push, long firstRow) => $"m{push.Id}x{firstRow}t{push.StartedAt.ToUnixTimeSeconds():x}";

    private static async Task<bool> TryLockAsync(BatchConnection open, CancellationToken ct)
    {
        await using var command = open.Command($"SELECT pg_try_advisory_xact_lock({LockKey})");
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task<TakenWindow> TakeAsync(BatchConnection open, RecipientWindow window, CancellationToken ct)
    {
        var seen = await LookAsync(open, window, ct);
        if (seen.Count == 0)
        {
            return new TakenWindow([], window.After, IsEnd: true);
        }

        var fates = seen.Select(s => (Seen: s, State: Fate(s, window))).Where(f => f.State is not null).ToList();
        var sending = fates.Where(f => f.State == OutboxState.Sending).Select(f => f.Seen).ToList();
        if (window.Channel == OutboxChannel.Notification)
        {
            var spent = await SpendAsync(open, sending, window.Now, ct);
            fates.RemoveAll(f => f.State == OutboxState.Sending && !spent.Contains(f.Seen.Id)); // somebody was quicker with the credit: looked at again
            sending.RemoveAll(s => !spent.Contains(s.Id));
        }
        else if (sending is [var alone])
        {
            // WeChat takes two at least. While others may come this one waits for them.
            fates.RemoveAll(f => f.Seen == alone);
            fates.AddRange(alone.IsFilling ? [] : [(alone, OutboxState.Parked)]);
            sending.Clear();
        }

        await (fates.Count > 0 ? SettleAsync(open, window, fates.Select(f => (f.Seen, f.State!.Value)), sending.Count > 0 ? sending[0].Id : 0, ct) : Task.CompletedTask);
        return new TakenWindow(
            [.. sending.Select(s => new TakenRecipient(s.Id, s.AccountId, s.OpenIdSealed, window.Push, window.Now))], seen[^1].Id, IsEnd: seen.Count < window.AtMost);
    }

    /// <returns>Null for somebody whom this way of sending is not for.</returns>
    private static OutboxState? Fate(Seen seen, RecipientWindow window)
        => seen.WantsNone ? OutboxState.Void
            : seen.Follows == false ? OutboxState.Parked
            : window.Channel == OutboxChannel.Mass ? (seen.CreditId is not null ? null : seen.HadAll ? OutboxState.Parked : OutboxState.Sending)
            : seen.CreditId is not null ? OutboxState.Sending
            : window.Push.ByMass ? null : OutboxState.Parked;

    /// <summary>Only for this is it not sent by mass message: on record as a way that was tried without a code.</summary>
    private static bool IsFull(Seen seen) => seen is { HadAll: true, WantsNone: false, CreditId: null } && seen.Follows != false;

    private async Task<List<Seen>> LookAsync(BatchConnection open, RecipientWindow window, CancellationToken ct)
    {
        await using var command = open.Command(
            $"""
            SELECT o.id, o.account_id, a.open_id_sealed, a.follows, (SELECT MIN(w.no_pushes_since) FROM accounts w WHERE w.person_id = a.person_id), p.state,
                (SELECT c.id FROM credits c WHERE c.template_id = @template AND c.account_id = o.account_id AND c.ended_at IS NULL ORDER BY c.id LIMIT 1),
                {(window.Channel == OutboxChannel.Mass ? MassMonth.CountOf("o.account_id", window.Now) : "0")}
            FROM outbox o JOIN accounts a ON a.id = o.account_id JOIN pushes p ON p.id = o.push_id
            WHERE o.push_id = @push AND o.state = 0 AND o.id > @after AND o.due_at <= @now AND a.app_id = @app
                AND p.state <= {(int)PushState.Running} AND p.ends_at > @now
                AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.account_id = o.account_id AND e.state = 1)
            ORDER BY o.id LIMIT @most {(open.IsSqlite ? "" : "FOR UPDATE OF o SKIP LOCKED")}
            """,
            ("@template", templateId), ("@push", window.Push.Id), ("@after", window.After), ("@now", window.Now.ToUnixTimeMilliseconds()), ("@app", appId), ("@most", window.AtMost));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var seen = new List<Seen>();
        while (await reader.ReadAsync(ct))
        {
            seen.Add(new Seen(
                reader.GetInt64(0), reader.GetInt32(1), (byte[])reader.GetValue(2), reader.IsDBNull(3) ? null : reader.GetBoolean(3), !reader.IsDBNull(4),
                reader.GetInt32(5) == (int)PushState.Filling, reader.IsDBNull(6) ? null : reader.GetInt64(6), reader.GetInt64(7) >= MassOptions.MostOfOne));
        }

        return seen;
    }

    /// <returns>The messages whose credit it was that was spent.</returns>
    private static async Task<HashSet<long>> SpendAsync(BatchConnection open, IReadOnlyList<Seen> sending, DateTimeOffset now, CancellationToken ct)
    {
        await using var command = open.Command(
            $"""
            UPDATE credits SET ended_at = @now, "end" = {(int)CreditEnd.Spent}, message_id = r.id FROM {open.Rows(Spendings)}
            WHERE credits.id = r.credit AND credits.ended_at IS NULL
            RETURNING message_id
            """,
            ("@now", now.ToUnixTimeMilliseconds()), ("@rows", JsonSerializer.Serialize(sending.Select(s => new { id = s.Id, credit = s.CreditId }))));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var spent = new HashSet<long>(sending.Count);
        while (await reader.ReadAsync(ct))
        {
            spent.Add(reader.GetInt64(0));
        }

        return spent;
    }

    /// <param name="firstRow">Of those that are sent.</param>
    private static async Task SettleAsync(BatchConnection open, RecipientWindow window, IEnumerable<(Seen Seen, OutboxState State)> fates, long firstRow, CancellationToken ct)
    {
        await using var command = open.Command(
            $"""
            UPDATE outbox SET state = r.state,
                channel = CASE WHEN r.state = 1 OR r.is_full = 1 THEN @channel ELSE outbox.channel END,
                err_code = CASE WHEN r.is_full = 1 THEN NULL ELSE outbox.err_code END,
                taken_at = CASE WHEN r.state = 1 THEN @now ELSE outbox.taken_at END,
                due_at = CASE WHEN r.state = 1 THEN @now ELSE outbox.due_at END,
                we_chat_id = CASE WHEN r.state = 1 THEN @batch ELSE outbox.we_chat_id END,
                ended_at = CASE WHEN r.state = 1 THEN NULL ELSE @now END
            FROM {open.Rows(Settled)} WHERE outbox.id = r.id AND outbox.state = 0
            """,
            ("@channel", (int)window.Channel), ("@now", window.Now.ToUnixTimeMilliseconds()),
            ("@batch", window.Channel == OutboxChannel.Mass ? BatchId(window.Push, firstRow) : DBNull.Value),
            ("@rows", JsonSerializer.Serialize(fates.Select(f => new { id = f.Seen.Id, state = (int)f.State, is_full = f.State == OutboxState.Parked && IsFull(f.Seen) ? 1 : 0 }))));
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <param name="WantsNone">Has switched pushes off.</param>
    /// <param name="IsFilling">Further recipients may be added to the push.</param>
    /// <param name="CreditId">The oldest one left.</param>
    /// <param name="HadAll">Has had as many mass messages in this month as WeChat lets through; looked at for mass messages only.</param>
    private sealed record Seen(long Id, int AccountId, byte[] OpenIdSealed, bool? Follows, bool WantsNone, bool IsFilling, long? CreditId, bool HadAll);
}
