namespace Bot.Server.Staff;

/// <summary>A browser in two words, so that somebody knows their own; nothing else of what it sent is kept.</summary>
internal static class DeviceWords
{
    private static readonly (string Part, string Word)[] Systems =
        [("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "安卓"), ("Mac OS", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")];

    private static readonly (string Part, string Word)[] Browsers =
        [("MicroMessenger", "微信"), ("Edg", "Edge"), ("QQBrowser", "QQ 浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari")];

    public static string Of(string? userAgent)
    {
        var words = new[] { First(Systems, userAgent ?? ""), First(Browsers, userAgent ?? "") }.OfType<string>().ToList();
        return words.Count == 0 ? "别的浏览器" : string.Join(" · ", words);
    }

    private static string? First((string Part, string Word)[] known, string sent) => Array.Find(known, k => sent.Contains(k.Part, StringComparison.Ordinal)).Word;
}
