using System.Collections.Concurrent;
using System.Data.Common;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// The one query of every chat message and every call of a page: who is behind an openid's hash, or a session's account. Statements stay
/// prepared on connections of their own, which costs a fraction of opening a connection and going through the model each time
/// (docs/benchmarks.md).
/// </summary>
public sealed class AccountLookup(IDbContextFactory<BotDb> databases) : IDisposable
{
    private const int MostIdle = 16;

    private readonly ConcurrentBag<Prepared> _idle = [];

    public Task<KnownAccount?> FindAsync(byte[] openIdHash, CancellationToken ct) => FindAsync(p => p.ByHash, openIdHash, ct);

    public Task<KnownAccount?> FindAsync(int accountId, CancellationToken ct) => FindAsync(p => p.ById, accountId, ct);

    private async Task<KnownAccount?> FindAsync(Func<Prepared, DbCommand> by, object key, CancellationToken ct)
    {
        while (_idle.TryTake(out var kept))
        {
            try
            {
                return await UseAsync(kept, by, key, ct);
            }
            catch (DbException) when (!ct.IsCancellationRequested)
            {
                // The connection was kept over a restart of the database: the next one, or a new one, tells.
            }
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await UseAsync(await Prepared.OpenAsync(db.Database.GetConnectionString()!, db.Database.GetDbConnection(), ct), by, key, ct);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var kept))
        {
            kept.Dispose();
        }
    }

    private async Task<KnownAccount?> UseAsync(Prepared prepared, Func<Prepared, DbCommand> by, object key, CancellationToken ct)
    {
        try
        {
            var found = await Prepared.FindAsync(by(prepared), key, ct);
            if (_idle.Count < MostIdle)
            {
                _idle.Add(prepared);
                return found;
            }

            prepared.Dispose();
            return found;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }

    private sealed class Prepared(DbConnection connection, DbCommand byHash, DbCommand byId) : IDisposable
    {
        private const string Columns =
            "a.id, a.person_id, a.session_epoch, a.app_id, CASE WHEN EXISTS (SELECT 1 FROM outbox n WHERE n.account_id = a.id) THEN 1 ELSE 0 END, a.follows";

        public DbCommand ByHash => byHash;

        public DbCommand ById => byId;

        /// <param name="like">Of the provider in use; a new connection of its kind is opened.</param>
        public static async Task<Prepared> OpenAsync(string connectionString, DbConnection like, CancellationToken ct)
        {
            var connection = (DbConnection)Activator.CreateInstance(like.GetType(), connectionString)!;
            await connection.OpenAsync(ct);
            return new Prepared(
                connection,
                await PrepareAsync(connection, $"SELECT {Columns} FROM accounts a WHERE a.open_id_hash = @key", new byte[32], ct),
                await PrepareAsync(connection, $"SELECT {Columns} FROM accounts a WHERE a.id = @key", 0, ct));
        }

        public static async Task<KnownAccount?> FindAsync(DbCommand command, object key, CancellationToken ct)
        {
            command.Parameters[0].Value = key;
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct)
                ? new KnownAccount(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3)) { HasNotices = reader.GetInt32(4) == 1, HasLeft = !reader.IsDBNull(5) && !reader.GetBoolean(5) }
                : null;
        }

        public void Dispose()
        {
            byHash.Dispose();
            byId.Dispose();
            connection.Dispose();
        }

        private static async Task<DbCommand> PrepareAsync(DbConnection connection, string sql, object like, CancellationToken ct)
        {
            var command = connection.CreateCommand();
            command.CommandText = sql;
            var key = command.CreateParameter();
            key.ParameterName = "@key";
            key.Value = like;
            command.Parameters.Add(key);
            await command.PrepareAsync(ct);
            return command;
        }
    }
}
