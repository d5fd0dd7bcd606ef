using System.Data;
using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Bot.Core.Data;

/// <summary>Reads very many rows of one statement as bytes, on SQLite straight from its memory: no string, no array a cell. Not safe for several threads.</summary>
internal abstract class RowSource : IDisposable
{
    /// <param name="sql">Its columns are texts, numbers or bytes on SQLite, texts or bytes on PostgreSQL.</param>
    public static RowSource Open(DbConnection connection, string sql) => connection is SqliteConnection sqlite ? new SqliteSource(sqlite, sql) : new PostgresSource((NpgsqlConnection)connection, sql);

    public abstract bool Read();

    /// <summary>UTF-8 of a text; nothing for NULL. Until the next <see cref="Read"/>, or of another cell.</summary>
    public abstract ReadOnlySpan<byte> Bytes(int column);

    public abstract void Dispose();

    private sealed class SqliteSource : RowSource
    {
        private readonly sqlite3 _handle;
        private readonly sqlite3_stmt _statement;
        private bool _isOver;

        public SqliteSource(SqliteConnection connection, string sql)
        {
            _handle = SqliteHandle.Of(connection);
            SqliteHandle.Check(raw.sqlite3_prepare_v2(_handle, sql, out _statement), _handle);
        }

        /// <summary>One step too many would begin anew.</summary>
        public override bool Read()
        {
            if (_isOver)
            {
                return false;
            }

            var result = raw.sqlite3_step(_statement);
            SqliteHandle.Check(result, _handle);
            _isOver = result != raw.SQLITE_ROW;
            return !_isOver;
        }

        public override ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

        public override void Dispose() => _statement.Dispose();
    }

    private sealed class PostgresSource : RowSource
    {
        private readonly NpgsqlCommand _command;
        private readonly NpgsqlDataReader _reader;

        public PostgresSource(NpgsqlConnection connection, string sql)
        {
            _command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            _reader = _command.ExecuteReader(CommandBehavior.SingleResult);
        }

        public override bool Read() => _reader.Read();

        public override ReadOnlySpan<byte> Bytes(int column) => _reader.GetValue(column) switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            _ => default,
        };

        public override void Dispose()
        {
            _reader.Dispose();
            _command.Dispose();
        }
    }
}
