using System.Net;
using Bot.Core.Staff;
using Bot.Tests.Support;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>Every handler of every page of the console, as the program itself lists them, asked by everybody for what is not theirs.</summary>
public sealed class ScopeWalkTests : IAsyncLifetime
{
    /// <summary>What stands outside of every viewer's subtree; no page of theirs may say it.</summary>
    private static readonly string[] Foreign = ["乙县", "三支部", "学生009", "zhao", "山杨-4821"];

    /// <summary>Administrator, editor, approver, secretary, committee officer, counsellor, duty supervisor, custodian, volunteer lead, vacancy officer.</summary>
    private const string Letters = "AEPSOCDKVW";

    /// <summary>Page, then who opens it at a county, then who at the root, by their letters.</summary>
    private static readonly string[] Opened =
    [
        "/account: AEPSOCDKVW AEPSOCDKVW",
        "/appeals: A--SO----- A--SO-----",
        "/audit: A-----D--- A-----D---",
        "/calendar: AEP------- AEP-------",
        "/calendar/new?kind=article: -E-------- -E--------",
        "/calendar/new?kind=lesson: ---------- -E--------",
        "/calendar/lessons/{lesson}: ---------- AEP-------",
        "/colleagues: A--------- A---------",
        "/help: -----CD--- -----CD---",
        "/help/duty: -----CD--- -----CD---",
        "/help/figures: ------D--- ------D---",
        "/help/reads: ------D--- ------D---",
        "/help/reveals: -------K-- -------K--",
        "/help/teams: ------D--- ------D---",
        "/jobs: ---------- A---------",
        "/ledger: AEPSOCDKVW AEPSOCDKVW",
        "/outbox: ---------- A---------",
        "/organisations/{branch}: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/changes: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/colleagues: A--------- A---------",
        "/organisations/{branch}/exemptions: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/export?what=ledger: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/export?what=roster: A--SO----- A--SO-----",
        "/organisations/{branch}/join-code: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/ledger: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/ledger/list?of=empty: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{branch}/matrix: AEPSOCDKVW AEPSOCDKVW",
        "/organisations/{county}/pushes: AEP------- ----------", // beside a county of one person it is hidden from those who see both
        "/organisations/{branch}/removals/new: A--SO----- A--SO-----",
        "/organisations/{branch}/transfers/new: A--SO----- A--SO-----",
        "/organisations/{branch}/visitors: ---------- ----------",
        "/replies: ---------- -EP-------",
        "/replies/edit?key=reply:welcome: ---------- -EP-------",
        "/replies/menu: ---------- -EP-------",
        "/replies/unanswered: ---------- -EP-------",
        "/reports: A--SO----- A--SO-----",
        "/roster: A---O----- A---O-----",
        "/transfers: A--SO----- A--SO-----",
        "/tray: A--SO----- A--SO-----",
        "/tray/joins/{join}: A--SO----- A--SO-----",
    ];

    private BotUnderTest _bot = null!;
    private OtherCounty _other = null!;
    private Browser _staff = null!;
    private int _root;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        _other = new OtherCounty(_bot);
        await _other.SeedAsync();
        _root = await Desk.OrganisationAsync(_bot, "示例省");
        await Desk.RunAsync(_bot, "staff", "sample", "demo", "demo", "--under", "示例省");
        _staff = _bot.Browser();
        await Desk.PostAsync(_staff, "/staff/sign-in", ("login", "demo"), ("password", "demo"));
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Every_handler_of_every_page_is_on_the_walk()
    {
        var loader = _bot.Services.GetRequiredService<PageLoader>();
        var handlers = new HashSet<string>();
        foreach (var endpoint in _bot.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var route = endpoint.RoutePattern.RawText?.TrimStart('/') ?? "";
            if (!route.StartsWith("staff", StringComparison.Ordinal) || ScopeTests.Open.Contains(route))
            {
                continue;
            }

            if (endpoint.Metadata.GetMetadata<PageActionDescriptor>() is { } page)
            {
                var compiled = await loader.LoadAsync(page, endpoint.Metadata);
                handlers.UnionWith(compiled.HandlerMethods.Select(h => $"{h.HttpMethod.ToUpperInvariant()} {route}{(h.Name is null ? "" : "?handler=" + h.Name)}"));
            }
            else
            {
                handlers.UnionWith((endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(m => $"{m} {route}"));
            }
        }

        Assert.Equal(handlers.Order(StringComparer.Ordinal), ConsoleAsks.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_lies_outside_looks_to_everybody_like_what_does_not_exist_and_stays_as_it_is()
    {
        var (county, branch) = (await Desk.OrganisationAsync(_bot, "甲县"), await Desk.OrganisationAsync(_bot, "一支部"));
        foreach (var role in Enum.GetValues<StaffRole>())
        {
            await WorkAsync((role, county));
            await WalkAsync(role.Word(), _staff, branch);
        }

        await WalkAsync("secretary in the chat", await Branch.SecretaryAsync(_bot), branch);
    }

    [Fact]
    public async Task Each_role_opens_these_pages_at_a_county_and_these_at_the_root_and_no_others()
    {
        var branch = await Desk.OrganisationAsync(_bot, "一支部");
        var county = await Desk.OrganisationAsync(_bot, "甲县");
        var wish = await ScopeTests.WishAsync(_bot, "o-1", "一支部");
        _bot.Network.Answer("/cgi-bin/qrcode/create", """{"ticket":"q","expire_seconds":2592000,"url":"http://weixin.qq.com/q/1"}""");
        var pages = Opened.Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]).ToList();
        var opened = pages.ToDictionary(p => p, _ => new[] { "", "" });
        foreach (var (place, i) in new[] { (county, 0), (_root, 1) })
        {
            foreach (var role in Enum.GetValues<StaffRole>())
            {
                await WorkAsync((role, place));
                foreach (var page in pages)
                {
                    var path = "/staff" + page.Replace("{branch}", $"{branch}", StringComparison.Ordinal).Replace("{county}", $"{county}", StringComparison.Ordinal).Replace("{join}", $"{wish}", StringComparison.Ordinal).Replace("{lesson}", $"{_other.Ids[Asked.Lesson]}", StringComparison.Ordinal);
                    opened[page][i] += (await _staff.GetAsync(path)).StatusCode == HttpStatusCode.NotFound ? '-' : Letters[(int)role];
                }
            }
        }

        Assert.Equal(Opened, pages.Select(p => $"{p}: {opened[p][0]} {opened[p][1]}"));
    }

    [Fact]
    public async Task Who_writes_in_one_county_and_decides_in_another_does_neither_where_the_other_is()
    {
        var (here, there) = (await Desk.OrganisationAsync(_bot, "甲县"), await Desk.OrganisationAsync(_bot, "乙县"));
        var (own, foreign) = (await _other.PieceAsync(here), _other.Ids[Asked.Piece]);
        await WorkAsync((StaffRole.Editor, here), (StaffRole.Approver, there));
        var (nothing, token, before) = (await Desk.TextAsync(_staff, "/staff/calendar/pieces/999999"), await Desk.TokenAsync(_staff, "/staff"), await _other.TablesAsync());
        var hash = await _bot.InDb(db => db.Pieces.Where(p => p.Id == own).Select(p => p.Hash).SingleAsync());

        await IsNothingAsync("here", nothing, await _staff.GetAsync($"/staff/calendar/pieces/{own}/review"));
        (string, string)[] text = [("Form.Title", "改了"), ("Form.Body", "改了。"), ("Form.GoesOut", "2026-12-07T08:00"), ("Do", "save")];
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ($"pieces/{own}/review?handler=Approve", [("Seen", "1"), ("Hash", hash)]),
            ($"pieces/{own}/review?handler=Decline", [("Seen", "1"), ("Reason", "要改")]),
            ($"pieces/{foreign}", [("Seen", "1"), .. text]),
            ("new?kind=article", [("OrganisationId", $"{there}"), .. text]),
        })
        {
            await IsNothingAsync(path, nothing, await Desk.SendFormAsync(_staff, "/staff/calendar/" + path, [.. fields, ("__RequestVerificationToken", token)]));
        }

        Assert.Equal(before, await _other.TablesAsync());
        Assert.Equal(HttpStatusCode.OK, (await _staff.GetAsync($"/staff/calendar/pieces/{foreign}/review")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _staff.GetAsync($"/staff/calendar/pieces/{own}")).StatusCode);
    }

    private async Task WalkAsync(string who, Browser browser, int inside)
    {
        var nothing = await Desk.TextAsync(browser, "/staff/organisations/999999");
        var token = await Desk.TokenAsync(browser, "/staff");
        var before = await _other.TablesAsync();
        foreach (var (key, ask) in ConsoleAsks.All)
        {
            var space = key.IndexOf(' ', StringComparison.Ordinal);
            var (method, route) = (new HttpMethod(key[..space]), key[(space + 1)..]);
            foreach (var id in IdsOf(ask.Of))
            {
                if (ask.Of == Asked.Own)
                {
                    await SaysNothingForeignAsync($"{who}: {key}", browser, method, route);
                }
                else
                {
                    var answer = await AskAsync(browser, method, route, ask, id, inside, token);
                    if (ask.Of != Asked.ListFields)
                    {
                        await IsNothingAsync($"{who}: {key} of {id}", nothing, answer);
                    }
                }
            }

            if (ask.Crosses)
            {
                await AskAsync(browser, method, route, ask, inside, _other.Ids[Asked.Organisation], token);
            }
        }

        Assert.Equal((who, before), (who, await _other.TablesAsync()));
    }

    private int[] IdsOf(Asked of) => of == Asked.Organisation ? [_other.Ids[of], _root, 999_999] : _other.Ids.TryGetValue(of, out var id) ? [id, 999_999] : [0];

    private async Task<HttpResponseMessage> AskAsync(Browser browser, HttpMethod method, string route, Ask ask, int id, int to, string token)
    {
        var path = "/" + route.Replace("{id:int}", $"{id}", StringComparison.Ordinal);
        path += ask.Query.Length == 0 ? "" : (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + ask.Query;
        return method == HttpMethod.Get ? await browser.GetAsync(path)
            : await Desk.SendFormAsync(browser, path, [.. ask.Fields.Select(f => (f.Name, f.Value == "{to}" ? $"{to}" : _other.Named.GetValueOrDefault(f.Value, f.Value))), ("__RequestVerificationToken", token)]);
    }

    /// <summary>Lists are there for whoever has something to see in them.</summary>
    private static async Task SaysNothingForeignAsync(string what, Browser browser, HttpMethod method, string route)
    {
        if (method != HttpMethod.Get || route is "staff/live" or "staff/help/live" or "staff/sign-out")
        {
            return;
        }

        var answer = await browser.GetAsync("/" + route);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found or HttpStatusCode.NotFound, $"{what}: {answer.StatusCode}");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.All(Foreign, word => Assert.False(text.Contains(word, StringComparison.Ordinal), $"{what} says {word}"));
    }

    private static async Task IsNothingAsync(string what, string nothing, HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{what}: {answer.StatusCode}");
        Assert.True(nothing == await answer.Content.ReadAsStringAsync(), $"{what}: another text than for what does not exist");
    }

    /// <summary>From now on the staff account has these roles only: rights are read with every request.</summary>
    private Task WorkAsync(params (StaffRole Role, int Organisation)[] roles) => _bot.InDb(async db =>
    {
        var id = await db.Users.Where(u => u.UserName == "demo").Select(u => u.Id).SingleAsync();
        await db.StaffAssignments.Where(a => a.StaffId == id).ExecuteDeleteAsync();
        db.AddRange(roles.Select(r => new StaffAssignment { StaffId = id, Role = r.Role, OrganisationId = r.Organisation }));
        await db.SaveChangesAsync();
    });
}
