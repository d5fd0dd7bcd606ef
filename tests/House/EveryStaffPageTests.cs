using Bot.Tests.Simulator;
using Bot.Tests.Support;

namespace Bot.Tests.House;

/// <summary>Every kind of page of the console that a link leads to, in a real browser.</summary>
[Trait("Database", "sqlite")]
public sealed class EveryStaffPageTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Theory]
    [InlineData(1440, false)]
    [InlineData(390, true)]
    public async Task Every_page_of_the_console_is_sound(int width, bool dark)
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(width, 900, dark);
        office.Url = simulator.BotUrl + "/staff";
        office.Await("#login");
        office.IsSound(width);
        simulator.SignIn(office);

        var seen = EveryPage.From(simulator, office, width, "/staff");
        Assert.Superset(new HashSet<string>(["/staff/organisations/#/exemptions", "/staff/organisations/#/transfers/new", "/staff/colleagues", "/staff/audit", "/staff/jobs", "/staff/reports"]), seen);
        office.Url = simulator.BotUrl + "/staff/organisations/999999";
        office.Await("h1");
        office.IsSound(width);
    }
}
