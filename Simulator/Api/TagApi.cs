using System.Text;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Tags and the blacklist (wechat-protocol.md §6.9).</summary>
internal static class TagApi
{
    private const int MostTags = 100;
    private const int MostOnePerson = 20;
    private const int MostAtOnce = 50;
    private const int LongestName = 30;

    public static void MapTags(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/tags/create", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => ChangeAsync(request, wechat, Create, ct));
        api.MapGet("/cgi-bin/tags/get", (FakeWeChat wechat) => Answers.Ok(new JsonObject
        {
            ["tags"] = new JsonArray([.. wechat.Look(() => wechat.World.Tags.ToList()).Select(t => Write(t, wechat.People.Count(p => p.TagIds.Contains(t.Id))))]),
        }));
        api.MapPost("/cgi-bin/tags/update", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => ChangeAsync(request, wechat, Rename, ct));
        api.MapPost("/cgi-bin/tags/delete", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => ChangeAsync(request, wechat, Delete, ct));
        api.MapPost("/cgi-bin/tags/getidlist", OfPersonAsync);
        api.MapPost("/cgi-bin/user/tag/get", MembersAsync);
        api.MapPost("/cgi-bin/tags/members/batchtagging", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => MarkAsync(request, wechat, on: true, ct));
        api.MapPost("/cgi-bin/tags/members/batchuntagging", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => MarkAsync(request, wechat, on: false, ct));
        api.MapPost("/cgi-bin/tags/members/getblacklist", async (HttpRequest request, FakeWeChat wechat, CancellationToken ct) =>
        {
            var (code, body) = await request.JsonAsync(ct);
            return code != 0 ? Answers.No(code) : FollowerApi.Page(wechat, p => p.IsBlocked, body.Text("begin_openid"));
        });
        api.MapPost("/cgi-bin/tags/members/batchblacklist", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => BlockAsync(request, wechat, on: true, ct));
        api.MapPost("/cgi-bin/tags/members/batchunblacklist", (HttpRequest request, FakeWeChat wechat, CancellationToken ct) => BlockAsync(request, wechat, on: false, ct));
    }

    private static (int Code, JsonObject? Answer) Create(World world, JsonObject body)
    {
        var name = body["tag"].Text("name") ?? "";
        if (CheckName(world, name) is var wrong and not 0)
        {
            return (wrong, null);
        }

        if (world.Tags.Count == MostTags)
        {
            return (45056, null);
        }

        var tag = new Tag(world.Tags.Select(t => t.Id).DefaultIfEmpty(99).Max() + 1, name);
        world.Tags.Add(tag);
        return (0, new JsonObject { ["tag"] = Write(tag, 0) });
    }

    private static (int Code, JsonObject? Answer) Rename(World world, JsonObject body)
    {
        var at = world.Tags.FindIndex(t => t.Id == body["tag"].Number("id"));
        var code = at < 0 ? 45159 : CheckName(world, body["tag"].Text("name") ?? "");
        if (code == 0)
        {
            world.Tags[at] = world.Tags[at] with { Name = body["tag"].Text("name")! };
        }

        return (code, null);
    }

    private static (int Code, JsonObject? Answer) Delete(World world, JsonObject body)
    {
        var id = body["tag"].Number("id") ?? 0;
        world.People.ForEach(p => p.TagIds.Remove(id));
        return (world.Tags.RemoveAll(t => t.Id == id) > 0 ? 0 : 45159, null);
    }

    private static int CheckName(World world, string name)
        => name.Length == 0 || world.Tags.Exists(t => t.Name == name) ? 45157 : Encoding.UTF8.GetByteCount(name) > LongestName ? 45158 : 0;

    private static JsonObject Write(Tag tag, int count) => new() { ["id"] = tag.Id, ["name"] = tag.Name, ["count"] = count };

    private static async Task<IResult> ChangeAsync(HttpRequest request, FakeWeChat wechat, Func<World, JsonObject, (int Code, JsonObject? Answer)> change, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        var (wrong, answer) = code != 0 ? (code, null) : wechat.Change(() => change(wechat.World, body));
        return answer is null ? Answers.No(wrong) : Answers.Ok(answer);
    }

    private static async Task<IResult> OfPersonAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        return code != 0 ? Answers.No(code)
            : wechat.FindByOpenId(http.Account(), body.Text("openid")) is not { } person ? Answers.No(40003)
            : Answers.Ok(new JsonObject { ["tagid_list"] = new JsonArray([.. person.TagIds.Select(id => (JsonNode)id)]) });
    }

    private static async Task<IResult> MembersAsync(HttpRequest request, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        return code != 0 ? Answers.No(code) : FollowerApi.Page(wechat, p => p.Follows && p.TagIds.Contains(body.Number("tagid") ?? 0), body.Text("next_openid"));
    }

    private static async Task<IResult> MarkAsync(HttpRequest request, FakeWeChat wechat, bool on, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        var id = body.Number("tagid") ?? 0;
        return Answers.No(code != 0 ? code : wechat.Change(() =>
        {
            var people = Named(wechat, body);
            var wrong = !wechat.World.Tags.Exists(t => t.Id == id) ? 45159
                : people is null ? 40003
                : people.Count > MostAtOnce ? 40032
                : on && people.Exists(p => p.TagIds.Count >= MostOnePerson && !p.TagIds.Contains(id)) ? 45059
                : 0;
            if (wrong == 0)
            {
                people!.ForEach(p =>
                {
                    p.TagIds.Remove(id);
                    p.TagIds.AddRange(on ? [id] : []);
                });
            }

            return wrong;
        }));
    }

    private static async Task<IResult> BlockAsync(HttpRequest request, FakeWeChat wechat, bool on, CancellationToken ct)
    {
        var (code, body) = await request.JsonAsync(ct);
        return Answers.No(code != 0 ? code : wechat.Change(() =>
        {
            var people = Named(wechat, body);
            people?.ForEach(p => p.IsBlocked = on);
            return people is null ? 40003 : 0;
        }));
    }

    /// <returns>Null when one of them is nobody.</returns>
    private static List<Person>? Named(FakeWeChat wechat, JsonObject body)
    {
        var people = (body["openid_list"] as JsonArray ?? []).Select(o => wechat.World.People.Find(p => p.OpenIdAt(wechat.Mp) == (string?)o)).ToList();
        return people.Contains(null) ? null : [.. people.OfType<Person>()];
    }
}
