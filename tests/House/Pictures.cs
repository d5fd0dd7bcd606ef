using Bot.Tests.HelpLine;
using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.House;

/// <summary>Not tests: take the pictures of the README and the manual from the running program. docs/pictures/make.sh asks for them.</summary>
public sealed class Pictures(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("BOT_PICTURES") ?? throw new InvalidOperationException("BOT_PICTURES says where to put them.");

    [Fact]
    public async Task Of_the_phone_and_the_console()
    {
        await simulator.StartAsync();
        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        simulator.Join(phone, "u1", "学生001");
        simulator.Join(phone, "u2", "学生004");
        phone.Say("学习", null);
        phone.Click("#phone-u1 a.card");
        await phone.StudyAsync("u1");
        phone.Click("#phone-u1 [aria-label=关闭网页]");
        var branch = simulator.Link(phone, "进度", "点这里看进度");
        phone.Say("学习", null, "u2");
        phone.Click("#phone-u2 a.card");
        phone.SwitchTo().Frame(phone.Await("#phone-u2 iframe"));
        phone.Await("h1");
        phone.SwitchTo().DefaultContent();
        Take(phone, "phone.png");

        using var console = Chromium.Open(1440, 900);
        simulator.SignIn(console);
        foreach (var name in new[] { "示例市", "示例县", "示例中学" })
        {
            console.Click(By.LinkText(name));
            console.IsAt(name);
        }

        console.Await(".chart canvas, .chart svg");
        Take(console, "console.png");
        console.Click(By.LinkText("示例县"));
        console.IsAt("示例县");
        console.Await(".chart canvas, .chart svg");
        Take(console, "manual-rates.png");

        using var secretary = Chromium.Open(390, 844);
        secretary.Url = branch;
        secretary.Await("#unstudied");
        Take(secretary, "manual-branch.png", 390, 844);
    }

    [Fact]
    public async Task Of_what_the_manual_tells()
    {
        await simulator.StartAsync();
        using var office = Chromium.Open(1440, 900);
        simulator.SignIn(office);
        Upload(office);
        foreach (var (path, name) in new[] { ("/staff/account", "account"), ("/staff/tray", "tray"), ("/staff/jobs", "jobs") })
        {
            office.Url = simulator.BotUrl + path;
            office.Await("h1");
            Take(office, $"manual-{name}.png");
        }

        using var editor = Chromium.Open(1440, 900);
        simulator.SignIn(editor, "editor");
        editor.Url = simulator.BotUrl + "/staff/replies";
        editor.Await("h1");
        Take(editor, "manual-replies.png");
        editor.Url = simulator.BotUrl + "/staff/calendar";
        editor.Click("#new-lesson");
        editor.Await("#panel #title").SendKeys("夏天下水前先看三样");
        editor.Await("#panel #body").SendKeys("## 不去不熟的水边\n\n先看**有没有人**、有没有标志、水深不深。\n\n## 有人落水\n\n不要下水，先喊人，再打 110。");
        editor.Reads("#panel #rendered", "先喊人");
        Take(editor, "manual-piece.png");
        editor.Click("#panel button[value=submit]");
        editor.Reads("#panel", "已提交");

        using var approver = Chromium.Open(1440, 900);
        simulator.SignIn(approver, "approver");
        approver.Url = simulator.BotUrl + "/staff/calendar";
        approver.Await("#calendar .fc-event, #calendar .entry_submitted");
        Take(approver, "manual-calendar.png");
        approver.Click("#waiting a");
        approver.SwitchTo().Frame(approver.Await("#panel iframe.phone"));
        approver.Reads("先喊人");
        approver.SwitchTo().DefaultContent();
        Take(approver, "manual-review.png");
    }

    [Fact]
    public async Task Of_the_help_line()
    {
        await simulator.StartAsync();
        using var supervisor = Chromium.Open(1440, 900);
        simulator.SignIn(supervisor, "supervisor");
        HelpWalkTests.OpenTheLine(simulator, supervisor);
        supervisor.Url = simulator.BotUrl + "/staff/help/duty";
        supervisor.Await("h1");
        Take(supervisor, "manual-help-duty.png");

        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        foreach (var (user, topic, words) in new[] { ("u1", "学业", "快考试了，晚上睡不好，想问问怎么安排复习。"), ("u2", "亲子", "和家里为选科吵起来了，想找人说说。") })
        {
            phone.Click($"#phone-{user} .welcome .main");
            phone.Say("求助", "12355", user);
            phone.Say(topic, null, user);
            phone.Say(words, "收到", user);
        }

        using var counsellor = Chromium.Open(1440, 900);
        simulator.SignIn(counsellor, "counsellor");
        counsellor.Url = simulator.BotUrl + "/staff/help?queue=Unassigned";
        counsellor.Await("table.cases tbody tr");
        Take(counsellor, "manual-help.png");
        counsellor.Click("table.cases tbody a");
        counsellor.Await("[data-thread]");
        Take(counsellor, "manual-help-case.png");
    }

    /// <summary>A roster with two new people in a new branch; not imported.</summary>
    private void Upload(ChromeDriver office)
    {
        var file = Path.Combine(Path.GetTempPath(), "名册.csv");
        File.WriteAllText(file, """
            组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别
            示例省级/示例市/示例县/示例中学/高一3班,支部,学生901,2009-05-01,,T901,团员
            示例省级/示例市/示例县/示例中学/高一3班,支部,学生902,2009-06-01,,T902,团员
            """);
        office.Url = simulator.BotUrl + "/staff/roster";
        office.Await("#file").SendKeys(file);
        office.Click("#upload [type=submit]");
        office.Await("[data-field=new]");
        Take(office, "manual-import.png");
        File.Delete(file);
    }

    private static void Take(ChromeDriver browser, string name, int width = 1440, int height = 900)
    {
        browser.ExecuteCdpCommand("Emulation.setDeviceMetricsOverride", new Dictionary<string, object?> { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
        browser.GetScreenshot().SaveAsFile(Path.Combine(Folder, name));
    }
}
