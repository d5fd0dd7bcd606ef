using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Bot.Core.Data;
using Npgsql;

namespace Bot.Bench;

/// <summary>What to measure, and how much of it.</summary>
internal sealed class BenchOptions
{
    public const string Usage = """
        dotnet run --project bench -c Release -- webhook|completions|crash|start|figures|roster|console|push|helpline|all [options]
          --database sqlite|postgres   default sqlite
          --connection-string TEXT     PostgreSQL on loopback, allowed to create databases; a new one is made and dropped again
          --folder PATH                where the databases lie; default: the folder for temporary files
          --server PATH                a published server; default: the one that was built along
          --seconds N                  of one round of load, default 6
          --rounds N                   of each arm, default 5
          --connections N              default 32 (webhook), 200 (completions), 48 (crash)
          --users N                    webhook: distinct newcomers for the memory figure, default 1000000; 0 leaves it out
          --members N                  default 20000 (webhook, start), 60000 (completions), 5000 (crash), 1200000 (figures, roster, console; 120000 and 12000000 are its other sizes), 1300 (helpline, ten texts each: 13,000 take six minutes)
          --kills N                    crash, default 50; push --crash, default 10; helpline, default 1, in its midst, or 0
          --recipients N               push, default 100000; 1000000 is its other size
          --crash                      push: kill -9 while it goes out, then count who got what
          --fill                       push: only the writing of the recipients, by the server; nothing is sent
          --latency N                  push: milliseconds of each call of WeChat, default 20
          --per-second N               push: the limit, default 1000
          --hour                       helpline: 13,000 texts an hour, as they are expected; without it ten times as many
          --events on|off              push: whether the platform tells the outcome of each notification by a callback, whose cost is then in the figure; default off
          --scales LIST                times the members: figures, default 0.1,1,10; roster, default 1
          --seed N                     crash: the moments of the kills; roster, console: the region; default 1
          --minutes N                  gives up after this long, default 45
        """;

    public static readonly IReadOnlyList<string> Verbs = ["webhook", "completions", "crash", "start", "figures", "roster", "console", "push", "helpline", "all"];

    /// <summary>Options without a value.</summary>
    private static readonly string[] Flags = ["crash", "fill", "hour"];

    private readonly Dictionary<string, string> _given = [];

    private BenchOptions(string verb) => Verb = verb;

    public string Verb { get; }

    public DatabaseProvider Database { get; private set; }

    public string ConnectionString => _given.GetValueOrDefault("connection-string", "");

    public string Folder => _given.GetValueOrDefault("folder", Path.GetTempPath());

    public string ServerFolder => _given.GetValueOrDefault("server", AppContext.BaseDirectory);

    public int Seconds => Number("seconds", 6);

    public int Rounds => Number("rounds", 5);

    public int Users => Number("users", 1_000_000);

    public int Kills(int usual) => Number("kills", usual);

    public int Recipients => Number("recipients", 100_000);

    public bool IsCrash => _given.ContainsKey("crash");

    public bool IsFill => _given.ContainsKey("fill");

    public TimeSpan Latency => TimeSpan.FromMilliseconds(Number("latency", 20));

    public int PerSecond => Number("per-second", 1_000);

    /// <summary>Texts that come in for the help line.</summary>
    public double HelpPerSecond => (_given.ContainsKey("hour") ? 13_000 : 130_000) / 3600.0;

    public bool HasEvents => _given.GetValueOrDefault("events", "off") == "on";

    public int Seed => Number("seed", 1);

    /// <summary>In ascending order.</summary>
    public IReadOnlyList<double> Scales(string usual) => [.. _given.GetValueOrDefault("scales", usual).Split(',').Select(s => double.Parse(s, CultureInfo.InvariantCulture)).Order()];

    public TimeSpan AtMost => TimeSpan.FromMinutes(Number("minutes", 45));

    public int Members(int usual) => Number("members", usual);

    public int Connections(int usual) => Number("connections", usual);

    /// <summary>The same run on the other database.</summary>
    public BenchOptions On(DatabaseProvider database)
    {
        var other = new BenchOptions(Verb) { Database = database };
        foreach (var (name, value) in _given)
        {
            other._given.Add(name, value);
        }

        return other;
    }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out BenchOptions? options, [NotNullWhen(false)] out string? fault)
    {
        options = null;
        args = [.. args.SelectMany((arg, i) => i > 0 && Flags.Contains(arg.TrimStart('-')) ? (string[])[arg, "on"] : [arg])];
        if (!Verbs.Contains(args[0]) || args.Length % 2 == 0)
        {
            fault = "One of " + string.Join(", ", Verbs) + " is expected, then pairs of option and value.";
            return false;
        }

        var read = new BenchOptions(args[0]);
        foreach (var pair in args.Skip(1).Chunk(2))
        {
            read._given[pair[0].TrimStart('-')] = pair[1];
        }

        fault = read.Check();
        options = fault is null ? read : null;
        return fault is null;
    }

    private string? Check()
    {
        string[] numbers = ["seconds", "rounds", "connections", "users", "members", "kills", "seed", "minutes", "recipients", "latency", "per-second"];
        foreach (var (name, value) in _given)
        {
            if (numbers.Contains(name) ? !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _) : name is not ("database" or "connection-string" or "folder" or "server" or "scales" or "crash" or "fill" or "hour" or "events"))
            {
                return $"--{name} {value} is not understood.";
            }
        }

        if (!Enum.TryParse<DatabaseProvider>(_given.GetValueOrDefault("database", "sqlite"), ignoreCase: true, out var database))
        {
            return "--database is sqlite or postgres.";
        }

        Database = database;
        return (database == DatabaseProvider.Postgres && ConnectionString.Length == 0) || (ConnectionString.Length > 0 && !IsOnLoopback(ConnectionString))
            ? "PostgreSQL needs a --connection-string that points at this machine: localhost, 127.0.0.1, ::1 or a socket's folder."
            : null;
    }

    private static bool IsOnLoopback(string connectionString)
        => new NpgsqlConnectionStringBuilder(connectionString).Host is { } host
            && (host is "localhost" or "127.0.0.1" or "::1" || host.StartsWith('/'));

    private int Number(string name, int usual)
        => _given.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
