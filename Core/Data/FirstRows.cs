using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Data;

/// <summary>The beginning of a list.</summary>
/// <param name="Total">How long the whole list is.</param>
public sealed record FirstRows<T>(IReadOnlyList<T> Items, int Total)
{
    public static readonly FirstRows<T> None = new([], 0);
}

internal static class FirstRowsQuery
{
    /// <summary>Reads no more than is shown; the rest is counted only where there is one.</summary>
    /// <param name="list">Ordered.</param>
    /// <param name="show">What is to be known of each row, asked for those shown only.</param>
    public static async Task<FirstRows<T>> FirstRowsAsync<TRow, T>(this IQueryable<TRow> list, int atMost, Func<IQueryable<TRow>, IQueryable<T>> show, CancellationToken ct)
    {
        var items = await show(list.Take(atMost)).ToListAsync(ct);
        return new FirstRows<T>(items, items.Count < atMost ? items.Count : await list.CountAsync(ct));
    }
}
