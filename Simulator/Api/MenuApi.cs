using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>The menu for all and menus for some (wechat-protocol.md §6.8).</summary>
internal static class MenuApi
{
    public static void MapMenus(this IEndpointRouteBuilder api)
    {
        api.MapPost("/cgi-bin/menu/create", CreateAsync);
        api.MapGet("/cgi-bin/menu/get", Get);
        api.MapGet("/cgi-bin/menu/delete", Delete);
        api.MapPost("/cgi-bin/menu/addconditional", AddConditionalAsync);
        api.MapPost("/cgi-bin/menu/delconditional", DeleteConditionalAsync);
        api.MapPost("/cgi-bin/menu/trymatch", TryMatchAsync);
        api.MapGet("/cgi-bin/get_current_selfmenu_info", (HttpContext http) => Answers.Ok(new JsonObject
        {
            ["is_menu_open"] = http.Account().Menu is null ? 0 : 1,
            ["selfmenu_info"] = http.Account().Menu?.DeepClone() ?? new JsonObject { ["button"] = new JsonArray() },
        }));
    }

    private static async Task<IResult> CreateAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, menu) = await http.Request.JsonAsync(ct);
        code = code != 0 ? code : PublishedMenu.Check(menu);
        if (code == 0)
        {
            wechat.Change(() => http.Account().Menu = menu);
        }

        return Answers.No(code);
    }

    private static IResult Get(HttpContext http)
    {
        if (http.Account() is not { Menu: { } menu } account)
        {
            return Answers.No(46003);
        }

        var answer = new JsonObject { ["menu"] = menu.DeepClone() };
        if (account.ConditionalMenus.Count > 0)
        {
            answer["conditionalmenu"] = new JsonArray([.. account.ConditionalMenus.Select(m => m.DeepClone())]);
        }

        return Answers.Ok(answer);
    }

    /// <summary>Takes the menus for some along.</summary>
    private static IResult Delete(HttpContext http, FakeWeChat wechat)
    {
        wechat.Change(() =>
        {
            http.Account().Menu = null;
            http.Account().ConditionalMenus.Clear();
        });
        return Answers.Ok();
    }

    private static async Task<IResult> AddConditionalAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, menu) = await http.Request.JsonAsync(ct);
        var account = http.Account();
        code = code != 0 ? code : account.Menu is null ? 65303 : menu["matchrule"] is not JsonObject { Count: > 0 } ? 65318 : PublishedMenu.Check(menu);
        if (code != 0)
        {
            return Answers.No(code);
        }

        var id = wechat.NextId().ToString(System.Globalization.CultureInfo.InvariantCulture);
        menu["menuid"] = id;
        wechat.Change(() => account.ConditionalMenus.Add(menu));
        return Answers.Ok(new JsonObject { ["menuid"] = id });
    }

    private static async Task<IResult> DeleteConditionalAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        return Answers.No(code != 0 ? code : wechat.Change(() => http.Account().ConditionalMenus.RemoveAll(m => m.Text("menuid") == body.Text("menuid"))) > 0 ? 0 : 65301);
    }

    private static async Task<IResult> TryMatchAsync(HttpContext http, FakeWeChat wechat, CancellationToken ct)
    {
        var (code, body) = await http.Request.JsonAsync(ct);
        var person = wechat.FindByOpenId(http.Account(), body.Text("user_id")) ?? wechat.People.FirstOrDefault(p => p.Name == body.Text("user_id"));
        return code != 0 ? Answers.No(code)
            : person is null ? Answers.No(40003)
            : PublishedMenu.For(http.Account(), person) is { } menu ? Answers.Ok(new JsonObject { ["button"] = menu["button"]!.DeepClone() })
            : Answers.No(46003);
    }
}
