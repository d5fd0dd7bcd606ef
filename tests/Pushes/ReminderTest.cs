using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>A lesson that closes on Sunday at 24:00, so that reminders of it go out on Saturday at 21:00, before the night.</summary>
public abstract class ReminderTest : IAsyncLifetime
{
    protected const string Ann = "openid-of-student-001";
    protected const string Bob = "openid-of-student-002";
    protected static readonly DateTimeOffset Saturday = new(2026, 11, 21, 21, 0, 0, ChinaTime.Zone.BaseUtcOffset);

    private protected PostOffice Office { get; private set; } = null!;

    protected BotUnderTest Bot => Office.Bot;

    public async ValueTask InitializeAsync()
    {
        Office = await PostOffice.StartAsync();
        await Bot.Given(LessonGiven.Open("9-2"));
    }

    public async ValueTask DisposeAsync()
    {
        await Office.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected Task<int> RunAsync() => Bot.DoAsync<ReminderRounds, int>(rounds => rounds.RunAsync(default));

    protected async Task StopAsync()
    {
        var ann = await Bot.Services.GetRequiredService<Accounts>().FindAsync(BotUnderTest.AppId, Ann, default);
        await Bot.DoAsync<Reminders, bool>(async reminders =>
        {
            await reminders.StopAsync(ann!, default);
            return true;
        });
    }

    protected async Task ExemptAsync(string openId)
    {
        var account = await Bot.Services.GetRequiredService<Accounts>().FindAsync(BotUnderTest.AppId, openId, default);
        await Bot.InDb(async db =>
        {
            db.Add(new Exemption { PersonId = account!.PersonId, Since = Bot.Clock.Now.AddDays(-1), Reason = "other" });
            await db.SaveChangesAsync();
        });
    }
}
