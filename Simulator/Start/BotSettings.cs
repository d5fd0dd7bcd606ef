using Bot.Simulator.Platform;

namespace Bot.Simulator.Start;

/// <summary>The bot's settings that point it at the fake platform.</summary>
internal static class BotSettings
{
    public static IReadOnlyDictionary<string, string> For(SimulatorOptions options, DataFolder data, FakeWeChat wechat)
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Address(options.BotUrl),
            ["WeChat__ApiBaseUrl"] = Address(options.Url),
            ["WeChat__OAuthBaseUrl"] = Address(options.Url),
            ["WeChat__Mp__OAuth2"] = options.OAuth2 ? "base" : "off",
            ["WeChat__Mini__Format"] = wechat.Mini.Format.ToString(),
            ["Site__PublicUrl"] = Address(options.BotUrl),
            ["Database__Provider"] = "sqlite",
            ["Database__ConnectionString"] = "Data Source=" + data.Database,
            ["Redis__ConnectionString"] = "",

            // Whoever tries it out at night shall see the same.
            ["Pushes__QuietFrom"] = "00:00",
            ["Pushes__QuietUntil"] = "00:00",
            ["Keys__Path"] = data.Keys,

            // Whether it really opens is for the teams to say, which the sample supervisor sets at the console.
            ["HelpLine__Open"] = "true",
            ["HelpLine__MediaPath"] = data.HelpMedia,
        };
        Add("Mp", wechat.Mp);
        Add("Mini", wechat.Mini);
        return settings;

        void Add(string section, Account account)
        {
            settings[$"WeChat__{section}__AppId"] = account.AppId;
            settings[$"WeChat__{section}__AppSecret"] = account.Secret;
            settings[$"WeChat__{section}__Token"] = account.Token;
            settings[$"WeChat__{section}__EncodingAesKey"] = account.EncodingAesKey;
            settings[$"WeChat__{section}__Mode"] = account.Mode.ToString();
        }
    }

    private static string Address(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
