using System.ComponentModel.DataAnnotations;

namespace Bot.Core.Data;

public enum DatabaseProvider
{
    Sqlite,
    Postgres,
}

/// <summary>Section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public DatabaseProvider Provider { get; set; } = DatabaseProvider.Sqlite;

    /// <summary>ADO.NET connection string. A relative SQLite path is taken from the working directory.</summary>
    [Required]
    public string ConnectionString { get; set; } = "Data Source=data/bot.db";

    /// <summary>Seconds that a statement waits for SQLite's write lock: a chat message has four for everything it does. <see cref="WriteQueue"/> waits longer.</summary>
    public int LockSeconds { get; private set; } = 2;

    /// <summary>For an operator's command, which has time.</summary>
    public void WaitLonger() => LockSeconds = 30;
}
