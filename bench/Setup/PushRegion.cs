using System.Data;
using System.Data.Common;
using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bot.Bench.Setup;

/// <summary>Followers, each a member of a branch under one root, with one credit for a notification; and a push to all of them.</summary>
internal sealed class PushRegion(Workspace workspace)
{
    public const string TemplateId = "bench-template";

    private const int PerBranch = 20;
    private const int PushId = 1;

    public async Task AddAsync(int recipients, CancellationToken ct)
    {
        var branches = Math.Max(1, recipients / PerBranch);
        Workspace.Say($"preparing {recipients} followers with a credit each on {workspace.DatabaseName}");
        await RunAsync(sqlite => Statements(recipients, branches, sqlite), ct);
        await AddAccountsAsync(recipients, ct);
        await RunAsync(
            sqlite =>
            [
                $"INSERT INTO credits (account_id, template_id, given_at, given_with) SELECT id, '{TemplateId}', 0, 'bench' FROM accounts",
                .. sqlite ? [] : (string[])["SELECT setval(pg_get_serial_sequence('people', 'id'), MAX(id)) FROM people", "SELECT setval(pg_get_serial_sequence('organisations', 'id'), MAX(id)) FROM organisations"],
            ],
            ct);
        await workspace.InDbAsync(db => db.Database.ExecuteSqlRawAsync(db.Database.IsSqliteDatabase() ? "ANALYZE" : "VACUUM ANALYZE", ct));
    }

    /// <summary>The push begins: its recipients are written while the first are sent to.</summary>
    /// <returns>When.</returns>
    public async Task<DateTimeOffset> StartPushAsync(CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (at, until) = (now.ToUnixTimeMilliseconds(), now.AddDays(1).ToUnixTimeMilliseconds());
        await RunAsync(
            sqlite =>
            [
                $"INSERT INTO pieces (id, kind, organisation_id, title, version, hash, state, goes_out_at) VALUES (1, 3, 1, 'Push', 1, '', 2, {at})",
                $"INSERT INTO pushes (id, piece_id, version, organisation_id, title, text, page, by_mass, started_at, ends_at, filled_to, state) VALUES ({PushId}, 1, 1, 1, '本周团课开放', '本周团课开放', '/y/me', {(sqlite ? "0" : "false")}, {at}, {until}, 0, 1)",
                $"INSERT INTO outbox (account_id, code, at, message_key, state, due_at, push_id) SELECT id, 'push', {at}, 'push:{PushId}', 0, {at}, {PushId} FROM accounts ORDER BY id",
            ],
            ct);
        return now;
    }

    /// <summary>A push to everybody on the roster that has started, none of whose recipients is written yet.</summary>
    public async Task BeginFillingAsync(CancellationToken ct)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (at, until) = (now.ToUnixTimeMilliseconds(), now.AddDays(1).ToUnixTimeMilliseconds());
        var text = new PieceText("Push", "Push", now, now.AddDays(1)) { Audience = new PushAudience() }.Write();
        await RunAsync(
            sqlite =>
            [
                $"INSERT INTO pieces (id, kind, organisation_id, title, version, hash, state, goes_out_at) VALUES (1, 3, 1, 'Push', 1, '', 2, {at})",
                $"INSERT INTO piece_versions (piece_id, version, \"by\", at, title, text) VALUES (1, 1, 'bench', {at}, 'Push', '{text}')",
                $"INSERT INTO pushes (id, piece_id, version, organisation_id, title, text, page, by_mass, started_at, ends_at, filled_to, state) VALUES ({PushId}, 1, 1, 1, 'Push', 'Push', '/y/me', {(sqlite ? "0" : "false")}, {at}, {until}, 0, 0)",
            ],
            ct);
    }

    private static IEnumerable<string> Statements(int recipients, int branches, bool sqlite)
    {
        yield return $"INSERT INTO organisations (id, parent_id, name, name_key, kind, join_code) SELECT i, CASE WHEN i = 1 THEN NULL ELSE 1 END, 'O' || i, 'o' || i, 0, 'J' || i FROM {Numbers(branches + 1, sqlite)}";
        yield return "INSERT INTO organisation_ancestors (organisation_id, ancestor_id, distance) SELECT id, id, 0 FROM organisations UNION ALL SELECT id, 1, 1 FROM organisations WHERE id > 1";
        yield return $"INSERT INTO people (id) SELECT i FROM {Numbers(recipients, sqlite)}";
        yield return $"INSERT INTO memberships (person_id, organisation_id, category, since) SELECT i, 2 + (i - 1) % {branches}, 0, 0 FROM {Numbers(recipients, sqlite)}";
        yield return "INSERT INTO headcounts (organisation_id, members, exempt) SELECT organisation_id, COUNT(*), 0 FROM memberships GROUP BY organisation_id";
    }

    private static string Numbers(int count, bool sqlite) => sqlite
        ? $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) numbers"
        : $"(SELECT i FROM generate_series(1::bigint, {count}) AS g(i)) numbers";

    private async Task AddAccountsAsync(int recipients, CancellationToken ct)
    {
        var vault = workspace.Services.GetRequiredService<Vault>();
        await InTransactionAsync(
            async open =>
            {
                await using var accounts = new BulkInsert(
                    open, "accounts", ("person_id", DbType.Int32), ("app_id", DbType.String), ("open_id_hash", DbType.Binary), ("open_id_sealed", DbType.Binary),
                    ("follows", DbType.Boolean), ("wrong_tries", DbType.Int32), ("session_epoch", DbType.Int32));
                for (var n = 0; n < recipients; n++)
                {
                    var openId = Population.OpenId(n);
                    await accounts.AddAsync(ct, n + 1, Workspace.AppId, vault.Hash(Workspace.AppId, openId), vault.Seal(openId), true, 0, 0);
                }

                await accounts.FlushAsync(ct);
            },
            ct);
    }

    private Task RunAsync(Func<bool, IEnumerable<string>> statements, CancellationToken ct) => InTransactionAsync(
        async open =>
        {
            foreach (var sql in statements(open.IsSqlite))
            {
                await using var command = open.Command(sql);
                command.CommandTimeout = 3600;
                await command.ExecuteNonQueryAsync(ct);
            }
        },
        ct);

    private Task InTransactionAsync(Func<BatchConnection, Task> work, CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        DbTransaction under = transaction.GetDbTransaction();
        await work(new BatchConnection(under.Connection!, under, db.Database.IsSqliteDatabase()));
        await transaction.CommitAsync(ct);
        return 0;
    });
}
