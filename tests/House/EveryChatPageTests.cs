using Bot.Tests.Simulator;
using Bot.Tests.Support;

namespace Bot.Tests.House;

/// <summary>Every kind of page that somebody is led to from the chat, in a real browser.</summary>
[Trait("Database", "sqlite")]
public sealed class EveryChatPageTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Theory]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Every_page_that_a_learner_and_a_secretary_reach_from_the_chat_is_sound(int width, bool dark)
    {
        await simulator.StartAsync();
        var user = dark ? "u2" : "u1";
        using var phone = Chromium.Open(1440, 900, dark);
        phone.Url = simulator.Url;
        simulator.Join(phone, user, dark ? "学生004" : "学生001");
        using var page = Chromium.Open(width, 844, dark);

        phone.Say("学习", null, user);
        page.Url = simulator.InBrowser(phone.Await($"#phone-{user} a.card"));
        page.Await("h1");
        Assert.Superset(new HashSet<string>(["/y/me", "/y/privacy", "/y/reminder"]), EveryPage.From(simulator, page, width, new Uri(page.Url).AbsolutePath));

        if (!dark)
        {
            page.Url = simulator.Link(phone, "进度", "点这里看进度");
            page.Await("#unstudied");
            EveryPage.From(simulator, page, width, new Uri(page.Url).AbsolutePath);
        }
    }
}
