using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using SQLitePCL;

namespace Bot.Core.Data;

/// <summary>
/// Writes very many rows of one table, cell by cell: COPY on PostgreSQL, one prepared statement without any parameter lookup on SQLite,
/// where a row takes about a microsecond. Not safe for several threads.
/// </summary>
internal abstract class RowSink : IDisposable
{
    /// <param name="connection">With a transaction open, else SQLite commits each row.</param>
    public static RowSink Open(DbConnection connection, string table, params string[] columns) => connection is SqliteConnection sqlite
        ? new SqliteSink(sqlite, table, columns)
        : new PostgresSink((NpgsqlConnection)connection, table, columns);

    public abstract void Write(string? text);

    public abstract void Write(int? number);

    public abstract void Write(DateOnly? day);

    public abstract void Write(byte[]? bytes);

    public abstract void EndRow();

    /// <summary>To be called at the end; without it PostgreSQL takes nothing.</summary>
    public abstract void Complete();

    public abstract void Dispose();

    private sealed class SqliteSink : RowSink
    {
        private readonly sqlite3 _handle;
        private readonly sqlite3_stmt _statement;
        private byte[] _text = new byte[1024];
        private int _column;

        public SqliteSink(SqliteConnection connection, string table, string[] columns)
        {
            _handle = SqliteHandle.Of(connection);
            var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})";
            Check(raw.sqlite3_prepare_v2(_handle, sql, out _statement));
        }

        public override void Write(string? text)
        {
            if (text is null)
            {
                Check(raw.sqlite3_bind_null(_statement, ++_column));
                return;
            }

            if (text.Length * 3 > _text.Length)
            {
                _text = new byte[text.Length * 3];
            }

            Check(raw.sqlite3_bind_text(_statement, ++_column, _text.AsSpan(0, Encoding.UTF8.GetBytes(text, _text))));
        }

        public override void Write(int? number)
            => Check(number is { } value ? raw.sqlite3_bind_int(_statement, ++_column, value) : raw.sqlite3_bind_null(_statement, ++_column));

        public override void Write(DateOnly? day)
        {
            if (day is not { } value)
            {
                Check(raw.sqlite3_bind_null(_statement, ++_column));
                return;
            }

            value.TryFormat(_text, out var length, "O", null);
            Check(raw.sqlite3_bind_text(_statement, ++_column, _text.AsSpan(0, length)));
        }

        public override void Write(byte[]? bytes)
            => Check(bytes is null ? raw.sqlite3_bind_null(_statement, ++_column) : raw.sqlite3_bind_blob(_statement, ++_column, bytes));

        public override void EndRow()
        {
            var result = raw.sqlite3_step(_statement);
            Check(raw.sqlite3_reset(_statement));
            Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
            _column = 0;
        }

        public override void Complete()
        {
        }

        public override void Dispose() => _statement.Dispose();

        private void Check(int result) => SqliteHandle.Check(result, _handle);
    }

    private sealed class PostgresSink(NpgsqlConnection connection, string table, string[] columns) : RowSink
    {
        private readonly NpgsqlBinaryImporter _importer = connection.BeginBinaryImport($"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)");
        private bool _isInRow;

        public override void Write(string? text) => Write(text, NpgsqlDbType.Text);

        public override void Write(int? number)
        {
            Begin();
            if (number is { } value)
            {
                _importer.Write(value, NpgsqlDbType.Integer);
            }
            else
            {
                _importer.WriteNull();
            }
        }

        public override void Write(DateOnly? day)
        {
            Begin();
            if (day is { } value)
            {
                _importer.Write(value, NpgsqlDbType.Date);
            }
            else
            {
                _importer.WriteNull();
            }
        }

        public override void Write(byte[]? bytes) => Write(bytes, NpgsqlDbType.Bytea);

        public override void EndRow() => _isInRow = false;

        public override void Complete() => _importer.Complete();

        public override void Dispose() => _importer.Dispose();

        private void Write<T>(T? value, NpgsqlDbType type)
            where T : class
        {
            Begin();
            if (value is null)
            {
                _importer.WriteNull();
            }
            else
            {
                _importer.Write(value, type);
            }
        }

        private void Begin()
        {
            if (!_isInRow)
            {
                _importer.StartRow();
                _isInRow = true;
            }
        }
    }
}
