using System.Text;
using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Roster;

/// <summary>What these tests do again and again.</summary>
internal static class RosterSteps
{
    /// <summary>Imports a roster file's text.</summary>
    /// <param name="tops">Within whose subtrees the file must stay; null for the operator, who may touch everything.</param>
    public static Task<RosterImported> ImportAsync(
        this BotUnderTest bot, string csv, bool dryRun = false, CancellationToken ct = default, IProgress<double>? progress = null, params int[]? tops)
        => bot.DoAsync<RosterImport, RosterImported>(import => import.RunAsync(File(bot, csv), Order(tops), dryRun, progress, ct));

    /// <summary>Reads a roster file's text; stores it when asked to.</summary>
    public static async Task<RosterImported> ImportAsync(this BotUnderTest bot, string csv, Func<Task> between)
    {
        await using var scope = bot.Services.CreateAsyncScope();
        var (import, slot) = (scope.ServiceProvider.GetRequiredService<RosterImport>(), scope.ServiceProvider.GetRequiredService<RosterSlot>());
        var runId = await slot.BeginAsync(Order(null), CancellationToken.None);
        await using var session = await import.ReadAsync(File(bot, csv), Order(null), null, CancellationToken.None);
        await between();
        await import.StoreAsync(session, runId, null, CancellationToken.None);
        return session.Result;
    }

    private static RosterReader File(BotUnderTest bot, string csv) => new(new MemoryStream(Encoding.UTF8.GetBytes(csv)), ChinaTime.DateOf(bot.Clock.Now));

    private static RosterOrder Order(int[]? tops) => new("operator", "roster.csv", tops is { Length: > 0 } ? tops : null);

    /// <summary>All that waits for whoever answers for these organisations, oldest first.</summary>
    public static Task<IReadOnlyList<TrayItem>> TrayAsync(this BotUnderTest bot, params int[] tops) => bot.DoAsync<Tray, IReadOnlyList<TrayItem>>(async tray =>
    [
        .. (await tray.JoinsAsync(tops, null, 1000, CancellationToken.None)).Items.Concat((await tray.CorrectionsAsync(tops, null, 1000, CancellationToken.None)).Items).OrderBy(i => i.At),
    ]);

    /// <summary>Sends each text in turn and returns the last answer.</summary>
    public static async Task<string> SayAsync(this BotUnderTest bot, string openId, params string[] texts)
    {
        var phone = bot.Phone(openId);
        var answer = "";
        foreach (var text in texts)
        {
            answer = (await phone.Sends(text)).Text;
        }

        return answer;
    }

    /// <summary>Calls a rule for which part 1 has no way in from outside.</summary>
    public static async Task<TAnswer> DoAsync<T, TAnswer>(this BotUnderTest bot, Func<T, Task<TAnswer>> act)
        where T : notnull
    {
        await using var scope = bot.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<T>());
    }
}

/// <summary>A roster file read as a whole.</summary>
internal sealed record RosterFile(IReadOnlyList<RosterOrganisation> Organisations, IReadOnlyList<RosterRow> Rows, IReadOnlyList<RosterFault> Faults)
{
    public static RosterFile Read(byte[] file, DateOnly today, bool asWorkbook = false)
    {
        var reader = new RosterReader(new MemoryStream(file), today, asWorkbook);
        var rows = reader.Rows().ToList();
        return new RosterFile(reader.Organisations, rows, reader.Faults.First);
    }
}
