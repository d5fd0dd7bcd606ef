using System.Data.Common;

namespace Bot.Core.Data;

/// <summary>Writes many items of one kind inside the transaction that the write queue has opened.</summary>
public interface IBatchWriter<TItem, TAnswer>
{
    /// <summary>One answer an item, in order. Throws when nothing of the batch may be committed; must bear being called again with the same items.</summary>
    Task<TAnswer[]> WriteAsync(BatchConnection connection, IReadOnlyList<TItem> items, CancellationToken ct);
}

/// <summary>The open connection and transaction of one group commit.</summary>
/// <param name="Transaction">Null in a <see cref="SqliteTurn"/>.</param>
public sealed record BatchConnection(DbConnection Connection, DbTransaction? Transaction, bool IsSqlite)
{
    /// <summary>A command in this transaction; parameters are name and value.</summary>
    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Connection.CreateCommand();
        command.Transaction = Transaction;
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>
    /// The FROM source that turns the JSON parameter <c>@rows</c>, an array of objects, into rows <c>r</c> with the given columns;
    /// the one place where the two databases differ in a batch statement.
    /// </summary>
    /// <param name="columns">Name and PostgreSQL type, such as <c>("lesson_id", "int")</c>.</param>
    public string Rows(params ReadOnlySpan<(string Name, string Type)> columns)
    {
        var list = new List<string>();
        foreach (var (name, type) in columns)
        {
            list.Add(IsSqlite ? $"json_extract(value, '$.{name}') AS {name}" : $"{name} {type}");
        }

        return IsSqlite
            ? $"(SELECT {string.Join(", ", list)} FROM json_each(@rows)) AS r"
            : $"json_to_recordset(CAST(@rows AS json)) AS r({string.Join(", ", list)})";
    }
}
