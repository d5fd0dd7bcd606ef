using Bot.Tests.Simulator;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Staff;

/// <summary>Whole errands about the roster, on the phone and at the desk, in a real browser before the real bot and the samples.</summary>
[Trait("Database", "sqlite")]
public sealed class RosterWalkTests(RunningSimulator simulator) : IClassFixture<RunningSimulator>
{
    [Fact]
    public async Task A_secretary_answers_who_was_not_counted_and_hands_two_over_of_whom_one_comes_back()
    {
        await simulator.StartAsync();
        using var phone = Chromium.Open(1440, 900);
        phone.Url = simulator.Url;
        simulator.Join(phone, "u1", "学生001");
        simulator.Join(phone, "u2", "学生004");
        using var person = Chromium.Open(390, 844);
        person.Url = simulator.Link(phone, "我的", "点这里看全部学习记录", "u2");
        using var secretary = Chromium.Open(390, 844);
        secretary.Url = simulator.Link(phone, "进度", "点这里看进度");
        secretary.Await("#unstudied");

        person.Click(By.LinkText("没算上？"));
        person.Click("input[name=saw][value=NoReceipt]");
        person.Await("textarea[name=text]").SendKeys("交完卷就卡住了");
        person.IsSound(390);
        person.Click("form [type=submit]");
        person.Reads("等团支书核对");

        secretary.Url = simulator.BotUrl + "/staff/appeals";
        secretary.IsSound(390);
        secretary.Click(By.LinkText("学生004"));
        secretary.Reads("没有学完的记录");
        secretary.Reads("交完卷就卡住了");
        secretary.IsSound(390);
        secretary.Click("input[name=Outcome][value=NoRecord]");
        secretary.Await("#answer").SendKeys("再学一遍就有了");
        secretary.Click("#work form [type=submit]");
        secretary.Reads("已答复");
        person.Navigate().Refresh();
        person.Reads("没有学完的记录。再学一遍就有了");

        secretary.Url = simulator.BotUrl + "/staff/transfers";
        secretary.Click(By.LinkText("转出成员"));
        foreach (var name in new[] { "学生005", "学生006" })
        {
            secretary.Click(By.XPath($"//label[contains(.,'{name}')]"));
        }

        secretary.Await("#place").SendKeys("高一2班");
        secretary.Click("button[name=find]");
        Assert.True(secretary.Await("input[name=to]").Selected);
        Assert.Equal(2, secretary.FindElements(By.CssSelector("input[name=Chosen]:checked")).Count);
        var deadline = secretary.Await("#deadline").GetDomProperty("value")!;
        secretary.IsSound(390);
        secretary.Click(By.XPath("//button[contains(.,'转出到选中的组织')]"));
        secretary.Reads("已转出 2 人");
        secretary.Reads(deadline + " 到期");
        secretary.IsSound(390);

        using var office = Chromium.Open(1440, 900);
        simulator.SignIn(office);
        office.Url = simulator.BotUrl + "/staff/transfers";
        office.Click("input[name=ids][aria-label='选 学生005']");
        office.Click(By.XPath("//button[contains(.,'接收选中的人')]"));
        office.Reads("已接收 1 人");
        office.Click(By.LinkText("学生006"));
        office.Click("input[name=reason][value=NotOurs]");
        office.Click(By.XPath("//button[contains(.,'退回原支部')]"));
        office.Reads("已退回原支部");

        secretary.Navigate().Refresh();
        secretary.Reads("没有接收：不是本支部的人");
        secretary.Click(By.LinkText("学生006"));
        secretary.Click("[data-opens=withdraw]");
        secretary.Click("#withdraw [type=submit]");
        secretary.Reads("已撤回");
        Assert.All(new[] { person, secretary, office }, b => Assert.Empty(b.Manage().Logs.GetLog(LogType.Browser)));
    }

    [Fact]
    public async Task An_officer_takes_a_roster_along_for_a_reason_and_corrects_a_closed_week_with_the_keyboard_alone()
    {
        await simulator.StartAsync();
        var folder = Directory.CreateTempSubdirectory("downloads-").FullName;
        try
        {
            using var office = Chromium.Open(1440, 900);
            office.ExecuteCdpCommand("Browser.setDownloadBehavior", new Dictionary<string, object?> { ["behavior"] = "allow", ["downloadPath"] = folder });
            simulator.SignIn(office);
            var home = office.Url;
            var branch = Branch(office, "高一1班");

            office.Url = branch + "/export?what=roster";
            office.Await("input[name=c][value=category]");
            office.Click("input[name=c][value=category]");
            office.Await("#duty").SendKeys("书记");
            office.Until(b => b.Url.Contains("duty=", StringComparison.Ordinal) ? b : null);
            office.Click("#work form [type=submit]");
            office.Reads("请写明为什么要导出");
            office.Await("#reason").SendKeys("核对团干部");
            office.Await("#format").SendKeys("CSV");
            office.Click("#work form [type=submit]");
            var file = office.Until(_ => Directory.GetFiles(folder, "*.csv").SingleOrDefault());
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Contains("学生001", text, StringComparison.Ordinal);
            Assert.DoesNotContain("学生002", text, StringComparison.Ordinal);

            // Another branch: once the secretary of the first has come in, its weeks are the secretary's to correct.
            office.Url = home;
            CorrectByKeyboard(office, Branch(office, "高一2班"));
            Assert.Empty(office.Manage().Logs.GetLog(LogType.Browser));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The last week, as soon as its figures are frozen.</summary>
    private static void CorrectByKeyboard(ChromeDriver office, string branch)
    {
        office.Url = branch;
        var closed = office.Until(b => b.FindElements(By.CssSelector("#period option")).Skip(1).FirstOrDefault()?.GetDomProperty("value"));
        office.Url = $"{branch}/adjustments?period={closed}";
        office.Until(b =>
        {
            if (b.FindElements(By.Id("reason")).FirstOrDefault() is { } reason)
            {
                return reason;
            }

            b.Navigate().Refresh();
            return null;
        });
        office.Press("#person", "S000047");
        office.Press("input[name=Wish]", Keys.Space);
        office.Press("#reason", "请假期间漏记了免学" + Keys.Enter);

        office.Reads("已记下这条更正");
        office.Reads("更正 1 条");
        office.Reads("改为免学");
        office.IsSound(1440);
    }

    /// <returns>The address of a branch of 示例中学, found by going down the tree.</returns>
    private static string Branch(ChromeDriver office, string branch)
    {
        foreach (var name in new[] { "示例市", "示例县", "示例中学", branch })
        {
            office.Click(By.LinkText(name));
            office.IsAt(name);
        }

        return office.Url.Split('?')[0];
    }
}
