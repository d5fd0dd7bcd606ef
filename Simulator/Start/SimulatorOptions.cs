using Bot.Simulator.Platform;

namespace Bot.Simulator.Start;

/// <summary>What the command line asks for.</summary>
/// <param name="Url">Where the phone page and the fake platform listen.</param>
/// <param name="Data">Folder of the bot's database, its keys and the pretend world; kept between runs.</param>
/// <param name="Mode">Null: as in the last run, at first safe.</param>
public sealed record SimulatorOptions(Uri Url, Uri BotUrl, string Data, PushMode? Mode, bool Fresh, bool OAuth2)
{
    public const string Usage = """
        dotnet run --project Simulator [-- options]

          --mode plain|compatible|safe   how pushes are encrypted (kept from run to run; at first safe)
          --oauth2                       the pages learn who opens them by web OAuth2 instead of single-use links alone
          --url URL                      phone page and fake platform, http://localhost:5080
          --bot-url URL                  the bot, http://localhost:5000
          --data DIR                     database, keys and pretend users; kept between runs
          --fresh                        forget the last runs
        """;

    /// <exception cref="ArgumentException">The message is for the person at the keyboard.</exception>
    public static SimulatorOptions Parse(IReadOnlyList<string> args)
    {
        var options = new SimulatorOptions(new Uri("http://localhost:5080"), new Uri("http://localhost:5000"), DefaultData(), null, false, false);
        for (var i = 0; i < args.Count; i++)
        {
            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");
            options = args[i] switch
            {
                "--mode" => options with { Mode = ModeOf(Value()) },
                "--oauth2" => options with { OAuth2 = true },
                "--url" => options with { Url = Local(Value()) },
                "--bot-url" => options with { BotUrl = Local(Value()) },
                "--data" => options with { Data = Path.GetFullPath(Value()) },
                "--fresh" => options with { Fresh = true },
                var unknown => throw new ArgumentException($"Unknown option '{unknown}'."),
            };
        }

        return options.Url.Authority != options.BotUrl.Authority
            ? options
            : throw new ArgumentException("--url and --bot-url must differ.");
    }

    private static PushMode ModeOf(string text)
        => text switch
        {
            "plain" => PushMode.Plain,
            "compatible" => PushMode.Compatible,
            "safe" => PushMode.Safe,
            _ => throw new ArgumentException($"--mode takes plain, compatible or safe, not '{text}'."),
        };

    // It hands out anybody's login, so it must not be reachable from another machine.
    private static Uri Local(string text)
        => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttp && url.IsLoopback
            ? new Uri(url.GetLeftPart(UriPartial.Authority))
            : throw new ArgumentException($"'{text}' is not an http address on this machine, such as http://localhost:5000.");

    private static string DefaultData()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "bot-simulator");
    }
}
