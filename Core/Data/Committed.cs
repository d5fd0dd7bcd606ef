using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bot.Core.Data;

/// <summary>
/// The model's query filter on memberships and organisations for statements written by hand: rows that a running import has written
/// ahead do not exist.
/// </summary>
public static class Committed
{
    /// <summary>Runs a statement that is put together from constants and numbers only.</summary>
    internal static async Task<int> ExecuteTextAsync(this DatabaseFacade database, string sql, CancellationToken ct)
    {
        await database.OpenConnectionAsync(ct);
        await using var command = database.GetDbConnection().CreateCommand();
        command.Transaction = database.CurrentTransaction?.GetDbTransaction();
        command.CommandText = sql;
        command.CommandTimeout = database.GetCommandTimeout() ?? command.CommandTimeout;
        try
        {
            return await command.ExecuteNonQueryAsync(ct);
        }
        finally
        {
            await database.CloseConnectionAsync();
        }
    }

    /// <param name="alias">Of the memberships or organisations in the statement.</param>
    public static SqlText Only(string alias)
        => new($"({alias}.import_id IS NULL OR EXISTS (SELECT 1 FROM roster_imports v WHERE v.id = {alias}.import_id AND v.committed_at IS NOT NULL))");
}

/// <summary>Part of a statement, which an interpolated statement takes as it is, where a string would become a parameter.</summary>
public readonly record struct SqlText(string Text)
{
    public override string ToString() => Text;
}
