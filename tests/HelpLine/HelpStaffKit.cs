using Bot.Core.HelpLine;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.HelpLine;

/// <summary>The rules as the console's pages call them.</summary>
internal static class HelpStaffKit
{
    public static async Task<HelpViewer> ViewerAsync(HelpRoom room, AsyncServiceScope scope, string login)
        => (await scope.ServiceProvider.GetRequiredService<HelpScope>().OfAsync(new Viewer(login, login, [], []) { StaffId = await room.IdAsync(login) }, default))!;

    /// <summary>One rule for one person, in a scope of its own as a request is.</summary>
    public static async Task<T> AsAsync<TRule, T>(this HelpRoom room, string login, Func<TRule, HelpViewer, Task<T>> act)
        where TRule : notnull
    {
        await using var scope = room.Bot.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<TRule>(), await ViewerAsync(room, scope, login));
    }

    /// <returns>The refusal's code; null when it was done.</returns>
    public static async Task<string?> RefusalAsync<TRule, T>(this HelpRoom room, string login, Func<TRule, HelpViewer, Task<Core.Result<T>>> act)
        where TRule : notnull
        => (await room.AsAsync(login, act)).IsRefused(out var refusal) ? refusal.Code : null;

    /// <summary>As one of the team reads it, whether or not a session still lasts.</summary>
    public static async Task<HelpThread> ThreadAsync(this HelpRoom room, string login, int id)
    {
        var read = await room.AsAsync<HelpCases, Core.Result<HelpThread>>(login, (cases, me) => cases.ReadAsync(me, id, default));
        Assert.False(read.IsRefused(out _, out var thread));
        return thread!;
    }

    public static Task<HelpCase> OfAsync(this HelpRoom room, int id) => room.Bot.InDb(db => db.HelpCases.AsNoTracking().SingleAsync(c => c.Id == id));

    /// <returns>The refusal's code; null when it was done, or asked for.</returns>
    public static Task<string?> ClosesAsync(this HelpRoom room, string login, int id, HelpOutcome outcome)
        => room.RefusalAsync<HelpClosing, HelpState>(login, async (closing, me) => await closing.CloseAsync(me, id, (await room.OfAsync(id)).Version, await room.LastAsync(id), outcome, default));

    /// <summary>What time does, as the loop lets it.</summary>
    public static async Task RoundAsync(this HelpRoom room)
    {
        await room.Bot.Services.GetRequiredService<HelpRounds>().RunAsync(default);
        await room.Bot.Services.GetRequiredService<HelpMedia>().RunAsync(default);
    }

    /// <summary>The newest message, as whoever has the page open has seen it.</summary>
    public static Task<long> LastAsync(this HelpRoom room, int id) => room.Bot.InDb(async db => await db.HelpMessages.Where(m => m.CaseId == id).MaxAsync(m => (long?)m.Id) ?? 0);

    public static void Passes(this HelpRoom room, TimeSpan time) => room.Bot.Clock.Now += time;
}
