using System.Net;
using System.Text.RegularExpressions;
using Bot.Tests.Support;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>No form is taken that is not one of ours, and no page of the console lets anything in from elsewhere.</summary>
public sealed partial class FormGuardTests
{
    private const string Policy = "default-src 'self'; img-src 'self' data:; media-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>They show a status, whatever method it was the answer to, and do nothing.</summary>
    private static readonly string[] Sorry = ["staff/sorry/{code}", "y/sorry/{code}", "sorry/{code}"];

    [Fact]
    public async Task Every_form_without_its_token_is_refused_before_anything_is_done()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var staff = (await Desk.JoinAsync(bot, "li", "administrator", "示例省")).Browser;
        var learner = (await bot.Phone("o-1").Opens("学习")).Browser;
        var taken = new List<string>();
        var asked = 0;
        foreach (var endpoint in Endpoints(bot, "staff").Concat(Endpoints(bot, "y")).DistinctBy(e => e.RoutePattern.RawText))
        {
            var route = endpoint.RoutePattern.RawText!.TrimStart('/');
            foreach (var handler in Sorry.Contains(route) ? [] : await PostHandlersAsync(bot, endpoint))
            {
                asked++;
                var path = "/" + Address(route) + (handler.Length == 0 ? "" : "?handler=" + handler);
                var form = new MultipartFormDataContent { { new StringContent("1"), "id" }, { new StringContent("x"), "file", "x.csv" } };
                var answer = await (route.StartsWith("staff", StringComparison.Ordinal) ? staff : learner).SendAsync(HttpMethod.Post, path, form);
                if (answer.StatusCode != HttpStatusCode.BadRequest)
                {
                    taken.Add($"{path}: {(int)answer.StatusCode} {answer.Headers.Location}");
                }
            }
        }

        Assert.Empty(taken);
        Assert.True(asked > 70, $"Only {asked} forms were found.");
    }

    [Fact]
    public async Task Every_page_of_the_console_has_the_same_policy_and_it_names_no_other_host()
    {
        await using var bot = await Desk.StartAsync();
        await bot.Given(LessonGiven.Open("9-2"));
        var staff = (await Desk.JoinAsync(bot, "li", "administrator", "示例省")).Browser;
        bot.Network.Answer("/cgi-bin/qrcode/create", """{"ticket":"q","expire_seconds":2592000,"url":"http://weixin.qq.com/q/1"}""");
        var organisation = await Desk.OrganisationAsync(bot, "甲县");
        var shown = 0;
        foreach (var route in Endpoints(bot, "staff").Select(e => e.RoutePattern.RawText!.TrimStart('/')).Distinct().Where(r => !r.EndsWith("live", StringComparison.Ordinal) && r != "staff/sign-out"))
        {
            var answer = await staff.GetAsync("/" + Address(route, organisation));
            Assert.True(answer.Headers.TryGetValues("Content-Security-Policy", out var policy) && policy.Single() == Policy, $"{route}: {string.Join(" | ", policy ?? [])}");
            shown += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        Assert.True(shown > 20, $"Only {shown} pages were shown.");
    }

    private static IEnumerable<RouteEndpoint> Endpoints(BotUnderTest bot, string first)
        => bot.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText?.TrimStart('/') is { } route && (route == first || route.StartsWith(first + "/", StringComparison.Ordinal)));

    /// <returns>Their names, empty for the one without.</returns>
    private static async Task<IReadOnlyList<string>> PostHandlersAsync(BotUnderTest bot, RouteEndpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page)
        {
            return endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST") == true ? [""] : [];
        }

        var compiled = await bot.Services.GetRequiredService<PageLoader>().LoadAsync(page, endpoint.Metadata);
        return [.. compiled.HandlerMethods.Where(h => string.Equals(h.HttpMethod, "POST", StringComparison.OrdinalIgnoreCase)).Select(h => h.Name ?? "")];
    }

    private static string Address(string route, int id = 1)
        => Parameter().Replace(route, part => part.Value.Contains(":int", StringComparison.Ordinal) ? $"{id}" : part.Value is "{code}" ? "404" : "9-2");

    [GeneratedRegex("\\{[^}]+\\}")]
    private static partial Regex Parameter();
}
