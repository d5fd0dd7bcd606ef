using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Bot.Core.Data;

/// <summary>Rows of a hand-written statement, in the open transaction if there is one: several times faster than entities where sixty thousand are read at once.</summary>
internal static class RawRows
{
    public static async Task<List<T>> ReadRowsAsync<T>(this BotDb db, FormattableString sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            command.CommandTimeout = 600;
            command.CommandText = string.Format(null, sql.Format, [.. sql.GetArguments().Select((value, i) => value is SqlText ? value.ToString() : "@p" + i)]);
            for (var i = 0; i < sql.ArgumentCount; i++)
            {
                if (sql.GetArgument(i) is SqlText)
                {
                    continue;
                }

                var parameter = command.CreateParameter();
                parameter.ParameterName = "@p" + i;
                parameter.Value = sql.GetArgument(i) ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            await using var reader = await command.ExecuteReaderAsync(ct);
            var rows = new List<T>();
            while (await reader.ReadAsync(ct))
            {
                rows.Add(read(reader));
            }

            return rows;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
