using System.Globalization;
using System.Text;
using Bot.Bench.Load;
using Bot.Core.Content;

namespace Bot.Bench.Setup;

/// <summary>Members who come in as people do: they write 学习's word, open the link, begin to study.</summary>
internal sealed class Learners(Workspace workspace, int members, CancellationToken ct)
{
    private const int Connections = 64;

    /// <summary>Links are good for ten minutes.</summary>
    private const int AtOnce = 20_000;

    private readonly string[] _cookies = new string[members];
    private readonly Dictionary<(int Member, int Period), string> _tickets = [];

    /// <summary>The first word that calls the lesson.</summary>
    public static string StudyWord => new ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content")).CommandWords["study"][0];

    public void SignIn()
    {
        var pushes = new Pushes(StudyWord, safe: false);
        var host = workspace.Address.ToString();
        for (var from = 0; from < members; from += AtOnce)
        {
            var first = from;
            var count = Math.Min(AtOnce, members - from);
            Workspace.Say($"signing in {first + count} of {members}");
            var links = new string[count];
            Run(count, "asking for the lesson", i => pushes.Push(Population.OpenId(first + i), host), (i, response) =>
            {
                links[i] = LinkPath(response.Body);
                return links[i].Length > 0;
            });
            Run(count, "opening the link", i => Get(links[i], host), (i, response) =>
            {
                _cookies[first + i] = Encoding.ASCII.GetString(Connection.Find(response.Head, "Set-Cookie"u8)).Split(';')[0];
                return response.Status == 302 && _cookies[first + i].StartsWith("y=", StringComparison.Ordinal);
            });
        }
    }

    /// <summary>One attempt for each pair of member and period.</summary>
    public void Begin(IReadOnlyList<(int Member, int Period)> pairs)
    {
        var tickets = new string[pairs.Count];
        Run(pairs.Count, "beginning to study", i => Post(pairs[(int)i].Member, pairs[(int)i].Period, "attempts", ""), (i, response) =>
        {
            tickets[i] = Member(response.Body, "\"ticket\":\""u8);
            return response.Status == 200 && tickets[i].Length > 0;
        });
        for (var i = 0; i < pairs.Count; i++)
        {
            _tickets[pairs[i]] = tickets[i];
        }
    }

    /// <summary>The request that finishes an attempt.</summary>
    public byte[] Finish((int Member, int Period) pair) => Post(pair.Member, pair.Period, "completions", $$"""{"ticket":"{{_tickets[pair]}}"}""");

    /// <returns>The value of a JSON member of text that needs no unescaping; empty when it is absent.</returns>
    /// <param name="start">Its name with all that stands before the value.</param>
    public static string Member(ReadOnlySpan<byte> json, ReadOnlySpan<byte> start)
    {
        var at = json.IndexOf(start);
        var rest = at < 0 ? default : json[(at + start.Length)..];
        return Encoding.ASCII.GetString(rest[..Math.Max(0, rest.IndexOf((byte)'"'))]);
    }

    private void Run(int count, string what, Func<long, ReadOnlyMemory<byte>> request, Accept accept)
        => new LoadRun(workspace.Address, Connections, ct).AsFastAsPossible(count, request, accept).Flawless(what);

    private byte[] Post(int member, int period, string verb, string body) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST /api/v1/lessons/{Population.LessonId(period)}/{verb} HTTP/1.1\r\nHost: {workspace.Address}\r\nOrigin: http://{workspace.Address}\r\nCookie: {_cookies[member]}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));

    private static byte[] Get(string path, string host) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    private static string LinkPath(ReadOnlySpan<byte> reply)
    {
        var at = reply.IndexOf("/go/"u8);
        var rest = at < 0 ? default : reply[at..];
        var end = rest.IndexOfAny("]\"<"u8);
        return Encoding.ASCII.GetString(rest[..Math.Max(0, end)]);
    }
}
