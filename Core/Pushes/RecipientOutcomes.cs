using System.Text.Json;
using Bot.Core.Data;

namespace Bot.Core.Pushes;

/// <summary>What became of one recipient of a push.</summary>
internal readonly record struct RecipientOutcome(TakenRecipient Recipient, OutboxOutcome Outcome);

/// <summary>
/// Writes the outcomes of notifications, a few statements for hundreds: what is known replaces what was given up as unknown; what WeChat's events
/// have told stays. A credit stays spent only where the notification went out, or may have.
/// </summary>
internal sealed class RecipientOutcomes(string templateId, TimeProvider clock) : IBatchWriter<IReadOnlyList<RecipientOutcome>, bool>
{
    private static readonly (string, string)[] Columns =
        [("row_id", "bigint"), ("taken", "bigint"), ("state", "int"), ("due", "bigint"), ("wechat", "text"), ("code", "int"), ("rid", "text")];

    private static readonly (string, string)[] Ids = [("id", "bigint")];

    public async Task<bool[]> WriteAsync(BatchConnection connection, IReadOnlyList<IReadOnlyList<RecipientOutcome>> items, CancellationToken ct)
    {
        List<RecipientOutcome> all = [.. items.SelectMany(list => list)];
        var stored = await StoreAsync(connection, all, ct);
        var failed = all.Where(o => stored.Contains(o.Recipient.Id) && o.Outcome.State is not (OutboxState.Sent or OutboxState.Unknown)).ToList();

        // Denied first: the one that was spent stays spent, the others are gone, too.
        await ChangeAsync(
            connection, failed.Where(o => o.Outcome.IsDenied).Select(o => (long)o.Recipient.AccountId),
            $"""
            UPDATE credits SET ended_at = {clock.GetUtcNow().ToUnixTimeMilliseconds()}, "end" = {(int)CreditEnd.Denied} FROM {connection.Rows(Ids)}
            WHERE credits.account_id = r.id AND credits.template_id = @template AND credits.ended_at IS NULL
            """,
            ct);
        await ChangeAsync(
            connection, failed.Where(o => !o.Outcome.IsDenied).Select(o => o.Recipient.Id),
            $"""
            UPDATE credits SET ended_at = NULL, "end" = NULL, message_id = NULL FROM {connection.Rows(Ids)}
            WHERE credits.message_id = r.id AND credits.template_id = @template AND credits."end" = {(int)CreditEnd.Spent}
            """,
            ct);
        await ChangeAsync(
            connection, failed.Where(o => o.Outcome.IsUnfollowed).Select(o => (long)o.Recipient.AccountId),
            $"UPDATE accounts SET follows = FALSE FROM {connection.Rows(Ids)} WHERE accounts.id = r.id", ct);
        return new bool[items.Count];
    }

    /// <returns>The rows whose outcome this is; of the others WeChat's events have told another.</returns>
    private async Task<HashSet<long>> StoreAsync(BatchConnection open, IReadOnlyList<RecipientOutcome> outcomes, CancellationToken ct)
    {
        await using var command = open.Command(
            $"""
            UPDATE outbox SET state = r.state, ended_at = CASE WHEN r.state = 0 THEN NULL ELSE @now END, due_at = COALESCE(r.due, outbox.due_at),
                we_chat_id = r.wechat, err_code = r.code, rid = r.rid
            FROM {open.Rows(Columns)}
            WHERE outbox.id = r.row_id AND outbox.taken_at = r.taken AND outbox.state IN ({(int)OutboxState.Sending}, {(int)OutboxState.Unknown})
            RETURNING id
            """,
            ("@now", clock.GetUtcNow().ToUnixTimeMilliseconds()),
            ("@rows", JsonSerializer.Serialize(outcomes.Select(o => new
            {
                row_id = o.Recipient.Id,
                taken = o.Recipient.TakenAt.ToUnixTimeMilliseconds(),
                state = (int)o.Outcome.State,
                due = o.Outcome.Again?.ToUnixTimeMilliseconds(),
                wechat = o.Outcome.WeChatId,
                code = o.Outcome.ErrCode,
                rid = o.Outcome.Rid,
            }))));
        await using var reader = await command.ExecuteReaderAsync(ct);
        var stored = new HashSet<long>(outcomes.Count);
        while (await reader.ReadAsync(ct))
        {
            stored.Add(reader.GetInt64(0));
        }

        return stored;
    }

    private async Task ChangeAsync(BatchConnection open, IEnumerable<long> ids, string sql, CancellationToken ct)
    {
        var rows = ids.Distinct().Select(id => new { id }).ToList();
        if (rows.Count == 0)
        {
            return;
        }

        await using var command = open.Command(sql, ("@rows", JsonSerializer.Serialize(rows)));
        if (sql.Contains("@template", StringComparison.Ordinal))
        {
            var template = command.CreateParameter();
            (template.ParameterName, template.Value) = ("@template", templateId);
            command.Parameters.Add(template);
        }

        await command.ExecuteNonQueryAsync(ct);
    }
}
