using Bot.Core.Data;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>Something else has the database to itself until this is disposed: SQLite's write lock, or PostgreSQL's table of cases.</summary>
internal sealed class HoldUp(BotDb db, IDbContextTransaction transaction) : IAsyncDisposable
{
    public static async Task<HoldUp> BeginAsync(BotUnderTest bot)
    {
        var db = await bot.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync();
        var transaction = await db.Database.BeginTransactionAsync(); // of SQLite, with the lock
        if (!db.Database.IsSqliteDatabase())
        {
            await db.Database.ExecuteSqlRawAsync("LOCK TABLE help_cases IN ACCESS EXCLUSIVE MODE");
        }

        return new HoldUp(db, transaction);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.RollbackAsync();
        await transaction.DisposeAsync();
        await db.DisposeAsync();
    }
}
