using System.Data;
using System.Data.Common;
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
