using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Bot.Tests.Support;

namespace Bot.Tests.Youth;

public sealed partial class PageTests : IAsyncLifetime
{
    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync() => _bot = await BotUnderTest.StartAsync();

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_lesson_page_with_all_that_it_loads_stays_under_60_kilobytes()
    {
        await _bot.Given(LessonGiven.Open("9-2", questions: 3));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var page = await learner.Browser.SendAsync(HttpMethod.Get, "/y/lessons/9-2", null, ("Accept-Encoding", "gzip, br"));
        var bytes = await page.Content.ReadAsByteArrayAsync();
        var total = bytes.Length;
        var files = Files().Matches(Unpacked(page, bytes)).Select(m => m.Groups[1].Value).Distinct().ToList();
        foreach (var file in files)
        {
            var answer = await learner.Browser.SendAsync(HttpMethod.Get, file, null, ("Accept-Encoding", "gzip, br"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            total += (await answer.Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.True(files.Count >= 3, "A style, a script and the drawings are expected.");
        Assert.InRange(total, 10_000, 60_000);
    }

    [Fact]
    public async Task Bundles_may_be_kept_for_a_year_and_pages_not_at_all()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var page = await learner.Browser.GetAsync("/y/lessons/9-2");
        var bundle = await learner.Browser.GetAsync(Files().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value);

        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Equal(TimeSpan.FromDays(365), bundle.Headers.CacheControl?.MaxAge);
    }

    [Theory]
    [InlineData("/y/lessons/9-2")]
    [InlineData("/y/lessons")]
    [InlineData("/y/appeals/9-2")]
    [InlineData("/y/me")]
    [InlineData("/y/reminder")]
    [InlineData("/y/privacy")]
    [InlineData("/y/receipts")]
    [InlineData("/y/sorry/link.used")]
    public async Task A_page_runs_nothing_of_its_own_text_and_loads_nothing_from_elsewhere(string path)
    {
        await _bot.Given(LessonGiven.Open("9-2", questions: 1));
        var learner = await _bot.Phone("o-openid-of-this-test").Opens("学习");

        var page = await learner.Browser.GetAsync(path);
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("default-src 'self'", string.Concat(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=""|javascript:|(src|href)=""(https?:)?//", html);
        Assert.DoesNotContain("o-openid-of-this-test", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/y/lessons/9-2")]
    [InlineData("/y/me")]
    [InlineData("/y/reminder")]
    [InlineData("/y/privacy/copy")]
    public async Task Without_a_session_a_page_says_how_to_come_in(string path)
    {
        await _bot.Given(LessonGiven.Open("9-2"));

        var page = await _bot.Browser().GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, page.StatusCode);
        Assert.Contains("请从聊天里进来", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bare_address_leads_to_the_console()
        => Assert.Equal("/staff", (await _bot.Browser().GetAsync("/")).Headers.Location?.ToString());

    [Theory]
    [InlineData("/y/lessons/9-77")]
    [InlineData("/y/lessons/nonsense")]
    [InlineData("/y/what")]
    [InlineData("/lessons")]
    public async Task An_unknown_address_is_answered_with_a_sentence(string path)
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var learner = await _bot.Phone("o-1").Opens("学习");

        var page = await learner.Browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("没有这个页面", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_opened_by_somebody_after_its_first_use_leads_to_a_sentence()
    {
        await _bot.Given(LessonGiven.Open("9-2"));
        var said = await _bot.Phone("o-1").Sends("学习");
        await _bot.Browser().OpenAsync(said.Link!);

        var second = await _bot.Browser().OpenAsync(said.Link!);

        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Contains("已经打开过", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chosen_type_size_is_in_the_page_before_any_script()
    {
        var page = await _bot.Browser().SendAsync(HttpMethod.Get, "/y/receipts", null, ("Cookie", "size=2"));

        Assert.Contains("data-size=\"2\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Unpacked(HttpResponseMessage page, byte[] bytes)
    {
        using var plain = page.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "br" => (Stream)new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress),
            "gzip" => new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress),
            _ => new MemoryStream(bytes),
        };
        using var reader = new StreamReader(plain);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("""(?:src|href)="(/(?:lib/|favicon)[^"#]+)""")]
    private static partial Regex Files();
}
