using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Bot.Bench.Load;

namespace Bot.Bench.Setup;

/// <param name="Milliseconds">From the request to the last byte.</param>
/// <param name="Bytes">Of the body as it came over the wire.</param>
internal sealed record Fetched(int Status, double Milliseconds, int Bytes, string Text, string? Location);

/// <summary>Somebody's browser at the console: cookies, compression, no redirects followed, nothing kept.</summary>
internal sealed partial class ConsoleUser(Workspace workspace) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, AutomaticDecompression = DecompressionMethods.None });

    public Task<Fetched> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, null, ct);

    /// <summary>With an account that has no second factor.</summary>
    public async Task SignInAsync(string login, string password, CancellationToken ct)
    {
        var form = await GetAsync("/staff/sign-in", ct);
        using var fields = new FormUrlEncodedContent(
            [KeyValuePair.Create("login", login), KeyValuePair.Create("password", password), KeyValuePair.Create("__RequestVerificationToken", Token().Match(form.Text).Groups[1].Value)]);
        var answer = await SendAsync(HttpMethod.Post, "/staff/sign-in", fields, ct);
        if (answer.Status != 302)
        {
            throw new BenchException($"{login} could not sign in: {answer.Status}");
        }
    }

    /// <summary>As a branch's secretary does: asks in the chat, opens the link.</summary>
    public async Task ComeFromChatAsync(string openId, string word, CancellationToken ct)
    {
        using var connection = new Connection(workspace.Address);
        var reply = Encoding.UTF8.GetString(connection.Exchange(new Pushes(word, safe: false).Push(openId, workspace.Address.ToString())).Body);
        var link = EntryLink().Match(reply).Value;
        if (link.Length == 0 || (await GetAsync(link, ct)).Status != 302)
        {
            throw new BenchException("The secretary's link did not open.");
        }
    }

    /// <summary>Everything that the page links and a browser loads with it, once each.</summary>
    public static IReadOnlyList<string> Assets(string html)
        => [.. Asset().Matches(html).Select(m => m.Groups[1].Value.Split('#')[0]).Where(a => a.StartsWith('/') && Loaded().IsMatch(a)).Distinct()];

    public void Dispose() => _http.Dispose();

    private async Task<Fetched> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(new Uri($"http://{workspace.Address}"), path)) { Content = content };
        request.Headers.TryAddWithoutValidation("Accept", "text/html,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        var begun = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        var time = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        return new Fetched((int)response.StatusCode, time, body.Length, await TextAsync(body, response.Content.Headers.ContentEncoding.FirstOrDefault(), ct), response.Headers.Location?.OriginalString);
    }

    private static async Task<string> TextAsync(byte[] body, string? encoding, CancellationToken ct)
    {
        await using var raw = new MemoryStream(body);
        await using Stream plain = encoding switch { "br" => new BrotliStream(raw, CompressionMode.Decompress), "gzip" => new GZipStream(raw, CompressionMode.Decompress), _ => raw };
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(ct);
    }

    [GeneratedRegex("""name="__RequestVerificationToken" type="hidden" value="([^"]+)""")]
    private static partial Regex Token();

    [GeneratedRegex("""/go/[^"\]<\s]+""")]
    private static partial Regex EntryLink();

    [GeneratedRegex("""(?:src|href)="([^"]+)""")]
    private static partial Regex Asset();

    [GeneratedRegex("""\.(?:js|css|svg|png|jpg|webp|woff2)(?:\?|$)""")]
    private static partial Regex Loaded();
}
