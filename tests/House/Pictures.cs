using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.House;

/// <summary>Not a test: takes the pictures of the README from the running program. docs/pictures/make.sh asks for it.</summary>
public sealed class Pictures(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Fact]
    public async Task Of_the_phone_and_the_console()
    {
        var folder = Environment.GetEnvironmentVariable("BOT_PICTURES") ?? throw new InvalidOperationException("BOT_PICTURES says where to put them.");
        await simulator.StartAsync();
        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        simulator.Join(phone, "u1", "学生001");
        simulator.Join(phone, "u2", "学生004");
        phone.Say("学习", null);
        phone.Click("#phone-u1 a.card");
        await phone.StudyAsync("u1");
        phone.Click("#phone-u1 [aria-label=关闭网页]");
        phone.Say("进度", "点这里看进度");
        phone.Say("学习", null, "u2");
        phone.Click("#phone-u2 a.card");
        phone.SwitchTo().Frame(phone.Await("#phone-u2 iframe"));
        phone.Await("h1");
        phone.SwitchTo().DefaultContent();
        Take(phone, folder, "phone.png");

        using var console = Chromium.Open(1440, 900);
        simulator.SignIn(console);
        foreach (var name in new[] { "示例市", "示例县", "示例中学" })
        {
            console.Click(By.LinkText(name));
            console.IsAt(name);
        }

        console.Await(".chart canvas, .chart svg");
        Take(console, folder, "console.png");
    }

    private static void Take(ChromeDriver browser, string folder, string name)
    {
        browser.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new Dictionary<string, object?> { ["width"] = 1440, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        browser.GetScreenshot().SaveAsFile(Path.Combine(folder, name));
    }
}
