using System.Text.RegularExpressions;
using Bot.Tests.Support;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;

namespace Bot.Tests.Simulator;

/// <summary>What people do before a running simulator, with its samples, in real browsers.</summary>
internal static class SimulatorSteps
{
    /// <summary>As the sample colleague, who may do everything.</summary>
    /// <param name="login">One of the samples'.</param>
    public static void SignIn(this RunningSimulator simulator, ChromeDriver browser, string login = "demo")
    {
        browser.Url = simulator.BotUrl + "/staff";
        browser.Await("#login").SendKeys(login);
        browser.Await("#password").SendKeys(login + Keys.Enter);
        browser.Await("#work h1");
    }

    /// <summary>Follows the account and binds somebody of the samples.</summary>
    /// <param name="user">Of the simulator's page, such as u1.</param>
    public static void Join(this RunningSimulator simulator, ChromeDriver phone, string user, string name)
    {
        phone.Click($"#phone-{user} .welcome .main");
        phone.Say(Regex.Match(simulator.Said, $"绑定 .* {name} .*").Value.Trim(), "同意就回复", user);
        phone.Say("同意", "绑定好了", user);
    }

    /// <summary>What a word is answered with: a link, out of the phone's frame into a browser of its own, as it would into WeChat's.</summary>
    /// <param name="label">Of the link.</param>
    public static string Link(this RunningSimulator simulator, ChromeDriver phone, string word, string label, string user = "u1")
    {
        phone.Say(word, label, user);
        return simulator.InBrowser(phone.Await(By.XPath($"(//*[@id='phone-{user}']//a[contains(.,'{label}')])[last()]")));
    }

    /// <summary>Where a link of the chat leads, outside of the phone's frame.</summary>
    public static string InBrowser(this RunningSimulator simulator, IWebElement link)
    {
        var href = link.GetDomProperty("href")!;
        return simulator.BotUrl + href[href.IndexOf("/go/", StringComparison.Ordinal)..];
    }

    /// <param name="answer">Part of what comes back; null not to wait for it.</param>
    public static void Say(this ChromeDriver phone, string text, string? answer, string user = "u1")
    {
        phone.Await($"#phone-{user} textarea").SendKeys(text + Keys.Enter);
        if (answer is not null)
        {
            phone.Await(By.XPath($"//*[@id='phone-{user}']//*[contains(@class,'bubble')][contains(.,'{answer}')]"));
        }
    }

    /// <summary>Waits out the lesson's time and gives every right answer.</summary>
    public static async Task StudyAsync(this ChromeDriver browser, string user)
    {
        browser.SwitchTo().Frame(browser.Await($"#phone-{user} iframe"));
        browser.Click(By.Id("main-action"));
        foreach (var question in browser.Until(b => b.FindElements(By.CssSelector("fieldset")) is { Count: > 0 } all ? all : null))
        {
            foreach (var option in question.FindElements(By.CssSelector("label.option")))
            {
                if (!question.Text.Contains("答对了", StringComparison.Ordinal))
                {
                    browser.ExecuteScript("arguments[0].click()", option);
                    await Task.Delay(1500);
                }
            }
        }

        browser.Until(b => b.FindElement(By.Id("main-action")) is { Enabled: true } button && button.Text.Contains("完成", StringComparison.Ordinal) ? button : null).Click();
        browser.Await(By.XPath("//*[contains(.,'回执编号')]"));
        browser.SwitchTo().DefaultContent();
    }
}
