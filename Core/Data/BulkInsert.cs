using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace Bot.Core.Data;

/// <summary>Inserts many rows of one table with few, prepared statements, in the transaction it is given.</summary>
public sealed class BulkInsert(BatchConnection connection, string table, params (string Name, DbType Type)[] columns) : IAsyncDisposable
{
    /// <summary>SQLite looks parameters up one by one by name, so long statements cost more there; for PostgreSQL the round trip is what costs.</summary>
    private readonly int _rowsPerCommand = connection.IsSqlite ? 16 : 200;

    private readonly List<object?[]> _waiting = [];
    private DbCommand? _full;

    /// <param name="row">One value a column, in the columns' order.</param>
    public async ValueTask AddAsync(CancellationToken ct, params object?[] row)
    {
        _waiting.Add(row);
        if (_waiting.Count == _rowsPerCommand)
        {
            _full ??= Command(_rowsPerCommand);
            await RunAsync(_full, ct);
        }
    }

    /// <summary>Writes what still waits. To be called at the end.</summary>
    public async Task FlushAsync(CancellationToken ct)
    {
        if (_waiting.Count > 0)
        {
            await using var rest = Command(_waiting.Count);
            await RunAsync(rest, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_full is not null)
        {
            await _full.DisposeAsync();
        }
    }

    /// <summary>Ids that nobody else will use, for rows of <paramref name="table"/> that are inserted with them in this transaction.</summary>
    public static async Task<Queue<int>> ReserveIdsAsync(BatchConnection connection, string table, int count, CancellationToken ct)
    {
        var ids = new Queue<int>(count);
        if (connection.IsSqlite)
        {
            // One writer: while this transaction lasts nobody else can take an id.
            await using var last = connection.Command("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = @table", ("@table", table));
            var first = Convert.ToInt32(await last.ExecuteScalarAsync(ct), CultureInfo.InvariantCulture) + 1;
            for (var i = 0; i < count; i++)
            {
                ids.Enqueue(first + i);
            }

            return ids;
        }

        await using var next = connection.Command(
            "SELECT nextval(pg_get_serial_sequence(@table, 'id')) FROM generate_series(1, @count)", ("@table", table), ("@count", count));
        await using var reader = await next.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            ids.Enqueue(checked((int)reader.GetInt64(0)));
        }

        return ids;
    }

    private async Task RunAsync(DbCommand command, CancellationToken ct)
    {
        var at = 0;
        foreach (var value in _waiting.SelectMany(row => row))
        {
            command.Parameters[at++].Value = value ?? DBNull.Value;
        }

        await command.ExecuteNonQueryAsync(ct);
        _waiting.Clear();
    }

    private DbCommand Command(int rows)
    {
        var sql = new StringBuilder($"INSERT INTO {table} ({string.Join(", ", columns.Select(c => c.Name))}) VALUES ");
        var command = connection.Command("");
        for (var row = 0; row < rows; row++)
        {
            sql.Append(row == 0 ? "(" : ", (");
            for (var column = 0; column < columns.Length; column++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{(row * columns.Length) + column}";
                parameter.DbType = columns[column].Type;
                command.Parameters.Add(parameter);
                sql.Append(column == 0 ? "" : ", ").Append(parameter.ParameterName);
            }

            sql.Append(')');
        }

        command.CommandText = sql.ToString();
        return command;
    }
}
