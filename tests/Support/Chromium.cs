using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Chromium;

namespace Bot.Tests.Support;

/// <summary>A real browser without a window, where the machine has one.</summary>
public static class Chromium
{
    private static readonly string? Driver = InPath("chromedriver");

    /// <summary>Ends a test as skipped on a machine without Chromium and its driver.</summary>
    public static void MustBeHere() => Assert.SkipWhen(Driver is null, "chromedriver is not in the PATH");

    /// <summary>A new one with a profile of its own. Below 600 px it is a phone with a touch screen.</summary>
    public static ChromeDriver Open(int width, int height, bool dark = false)
    {
        MustBeHere();
        var options = new ChromeOptions();
        options.AddArguments(
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--lang=zh-CN", $"--window-size={width},{height}");
        if (width < 600)
        {
            options.EnableMobileEmulation(new ChromiumMobileEmulationDeviceSettings("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140 Mobile Safari/537.36")
            {
                Width = width,
                Height = height,
                PixelRatio = 2,
                EnableTouchEvents = true,
            });
        }

        var driver = new PlainSpoken(ChromeDriverService.CreateDefaultService(Path.GetDirectoryName(Driver)), options);
        driver.ExecuteCdpCommand("Emulation.setEmulatedMedia", new Dictionary<string, object?>
        {
            ["features"] = new[]
            {
                new Dictionary<string, object?> { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" },
                new Dictionary<string, object?> { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" }, // half faded in, nothing has the contrast that it will have
            },
        });
        return driver;
    }

    private static string? InPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => (string[])[Path.Combine(folder, program), Path.Combine(folder, program + ".exe")])
            .FirstOrDefault(File.Exists);

    /// <summary>The driver calls an element of a page just left now stale, now an unknown error: here it is stale.</summary>
    private sealed class PlainSpoken(ChromeDriverService service, ChromeOptions options) : ChromeDriver(service, options)
    {
        protected override async Task<Response> ExecuteAsync(string driverCommandToExecute, Dictionary<string, object?>? parameters)
        {
            try
            {
                return await base.ExecuteAsync(driverCommandToExecute, parameters);
            }
            catch (UnknownErrorException e) when (e.Message.Contains("does not belong to the document", StringComparison.Ordinal))
            {
                throw new StaleElementReferenceException(e.Message, e);
            }
        }
    }
}
