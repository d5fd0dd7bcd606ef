using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Bot.Tests.Support;

/// <summary>Counts what Entity Framework asks one bot's database for; statements written by hand are not in it.</summary>
internal sealed class Commands : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private readonly List<IDisposable> _subscriptions = [];
    private int _count;

    public Commands(BotUnderTest bot)
    {
        ConnectionString = bot.ConnectionString;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public int Count => Volatile.Read(ref _count);

    private string ConnectionString { get; }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.EntityFrameworkCore")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Value is CommandEventData { CommandSource: not CommandSource.Migrations } data && value.Key == RelationalEventId.CommandExecuting.Name && IsOurs(data.Connection))
        {
            Interlocked.Increment(ref _count);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose() => _subscriptions.ForEach(s => s.Dispose());

    /// <summary>A file of its own on SQLite, a database of its own on PostgreSQL.</summary>
    private bool IsOurs(System.Data.Common.DbConnection connection)
        => ConnectionString.Contains(connection.DataSource.Length > 0 && connection.Database is "main" ? connection.DataSource : connection.Database, StringComparison.Ordinal);
}
