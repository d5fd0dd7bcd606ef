using System.Collections.Concurrent;
using System.Data.Common;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// The one query of every chat message: who is behind an openid's hash. Statements stay prepared on connections of their own, which
/// costs a fraction of opening a connection and going through the model each time (docs/benchmarks.md).
/// </summary>
public sealed class AccountLookup(IDbContextFactory<BotDb> databases) : IDisposable
{
    private const int MostIdle = 16;

    private readonly ConcurrentBag<Prepared> _idle = [];

    public async Task<KnownAccount?> FindAsync(byte[] openIdHash, CancellationToken ct)
    {
        while (_idle.TryTake(out var kept))
        {
            try
            {
                return await UseAsync(kept, openIdHash, ct);
            }
            catch (DbException) when (!ct.IsCancellationRequested)
            {
                // The connection was kept over a restart of the database: the next one, or a new one, tells.
            }
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        return await UseAsync(await Prepared.OpenAsync(db.Database.GetConnectionString()!, db.Database.GetDbConnection(), ct), openIdHash, ct);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var kept))
        {
            kept.Dispose();
        }
    }

    private async Task<KnownAccount?> UseAsync(Prepared prepared, byte[] openIdHash, CancellationToken ct)
    {
        try
        {
            var found = await prepared.FindAsync(openIdHash, ct);
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

    private sealed class Prepared(DbConnection connection, DbCommand command) : IDisposable
    {
        /// <param name="like">Of the provider in use; a new connection of its kind is opened.</param>
        public static async Task<Prepared> OpenAsync(string connectionString, DbConnection like, CancellationToken ct)
        {
            var connection = (DbConnection)Activator.CreateInstance(like.GetType(), connectionString)!;
            await connection.OpenAsync(ct);
            var command = connection.CreateCommand();
            command.CommandText =
                """
                SELECT a.id, a.person_id, a.session_epoch, a.app_id, CASE WHEN EXISTS (SELECT 1 FROM account_notices n WHERE n.account_id = a.id) THEN 1 ELSE 0 END
                FROM accounts a WHERE a.open_id_hash = @hash
                """;
            var hash = command.CreateParameter();
            hash.ParameterName = "@hash";
            hash.Value = new byte[32];
            command.Parameters.Add(hash);
            await command.PrepareAsync(ct);
            return new Prepared(connection, command);
        }

        public async Task<KnownAccount?> FindAsync(byte[] openIdHash, CancellationToken ct)
        {
            command.Parameters[0].Value = openIdHash;
            await using var reader = await command.ExecuteReaderAsync(ct);
            return await reader.ReadAsync(ct)
                ? new KnownAccount(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3)) { HasNotices = reader.GetInt32(4) == 1 }
                : null;
        }

        public void Dispose()
        {
            command.Dispose();
            connection.Dispose();
        }
    }
}
