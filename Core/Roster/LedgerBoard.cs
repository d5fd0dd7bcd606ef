using System.Data.Common;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Roster;

/// <summary>
/// The ledger in memory: it moves slowly, so the database is asked once a minute at most, however many look. Up to ten minutes an older
/// one is handed out while a new one is made behind it, so that of a million people nobody waits for the count.
/// </summary>
public sealed partial class LedgerBoard(IDbContextFactory<BotDb> databases, OrganisationTree tree, TimeProvider clock, ILogger<LedgerBoard> logger) : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UsableFor = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Ledger? _ledger;
    private Task _renewal = Task.CompletedTask;

    /// <summary>When it was true is in <see cref="Ledger.At"/>.</summary>
    public ValueTask<Ledger> ReadAsync(CancellationToken ct)
    {
        if (_ledger is not { } ledger || clock.GetUtcNow() - ledger.At >= UsableFor)
        {
            return new(LoadAsync(ct));
        }

        if (clock.GetUtcNow() - ledger.At >= FreshFor && _renewal.IsCompleted)
        {
            _renewal = Task.Run(RenewAsync, CancellationToken.None);
        }

        return new(ledger);
    }

    public void Dispose() => _loading.Dispose();

    /// <summary>The older one stays until this succeeds, or is too old.</summary>
    private async Task RenewAsync()
    {
        try
        {
            await LoadAsync(CancellationToken.None);
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e) || e is ObjectDisposedException)
        {
            LogNotRenewed(e.GetType().Name);
        }
    }

    private async Task<Ledger> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_ledger is { } held && now - held.At < FreshFor)
            {
                return held;
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            var nodes = await tree.AllAsync(ct);
            var ledger = Ledger.Of(now, nodes, await CountsAsync(db, ct), await YouthAsync(db, nodes, ct));
            _ledger = ledger;
            return ledger;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>One pass over the current memberships.</summary>
    private static Task<Dictionary<int, LedgerCount>> CountsAsync(BotDb db, CancellationToken ct)
        => ReadAsync(
            db,
            $"""
            SELECT organisation_id,
                   SUM(CASE WHEN category = {(int)PersonCategory.Member} THEN 1 ELSE 0 END),
                   SUM(CASE WHEN category = {(int)PersonCategory.Member} THEN 0 ELSE 1 END),
                   SUM(CASE WHEN category = {(int)PersonCategory.Member} AND bound = 0 THEN 1 ELSE 0 END),
                   SUM(CASE WHEN is_secretary = 1 THEN 1 ELSE 0 END),
                   SUM(CASE WHEN is_secretary = 1 AND bound = 1 THEN 1 ELSE 0 END)
            FROM (SELECT m.organisation_id, m.category,
                         CASE WHEN m.duty IN ({(int)Duty.Secretary}, {(int)Duty.DeputySecretary}) THEN 1 ELSE 0 END AS is_secretary,
                         CASE WHEN EXISTS (SELECT 1 FROM accounts a WHERE a.person_id = m.person_id) THEN 1 ELSE 0 END AS bound
                  FROM memberships m WHERE m.until IS NULL AND {Committed.Only("m")}) held
            GROUP BY organisation_id
            """,
            row => new LedgerCount(Int(row, 1), Int(row, 2), Int(row, 3), Int(row, 4), Int(row, 5)),
            ct);

    /// <summary>People of no roster, by the organisation of the join code used last; of a person's accounts the latest decides, as for visitors.</summary>
    private static async Task<Dictionary<int, int>> YouthAsync(BotDb db, TreeSnapshot nodes, CancellationToken ct)
    {
        var isTrue = db.Database.IsSqliteDatabase() ? "1" : "TRUE";
        var byCode = await ReadAsync(
            db,
            $"""
            SELECT COALESCE(a.join_organisation_id, 0), COUNT(*)
            FROM accounts a
            WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = a.person_id AND m.until IS NULL)
              AND (EXISTS (SELECT 1 FROM accounts f WHERE f.person_id = a.person_id AND f.follows = {isTrue})
                   OR EXISTS (SELECT 1 FROM completions c WHERE c.person_id = a.person_id))
              AND NOT EXISTS (SELECT 1 FROM accounts b WHERE b.person_id = a.person_id AND b.id <> a.id
                              AND (COALESCE(b.join_used_at, -1) > COALESCE(a.join_used_at, -1)
                                   OR (COALESCE(b.join_used_at, -1) = COALESCE(a.join_used_at, -1) AND b.id > a.id)))
            GROUP BY COALESCE(a.join_organisation_id, 0)
            """,
            row => Int(row, 1),
            ct);
        var root = nodes.Nodes.Where(n => n.ParentId is null).Select(n => n.Id).DefaultIfEmpty().Min();
        return byCode.GroupBy(y => nodes.Find(y.Key) is null ? root : y.Key).ToDictionary(g => g.Key, g => g.Sum(y => y.Value));
    }

    private static async Task<Dictionary<int, T>> ReadAsync<T>(BotDb db, string sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync(ct);
        var found = new Dictionary<int, T>();
        while (await rows.ReadAsync(ct))
        {
            found.Add(rows.GetInt32(0), read(rows));
        }

        return found;
    }

    private static int Int(DbDataReader row, int column) => (int)row.GetInt64(column);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger could not be counted anew: {Fault}.")]
    private partial void LogNotRenewed(string fault);
}
