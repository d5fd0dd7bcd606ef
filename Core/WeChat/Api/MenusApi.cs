using System.Globalization;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>Whom a conditional menu is for; at least one of them.</summary>
/// <param name="TagId">Of followers.</param>
/// <param name="Platform">client_platform_type: 1 iOS, 2 Android, 3 others.</param>
public sealed record MenuRule(int? TagId, int? Platform);

/// <param name="IsOpen">False when the menu is switched off.</param>
public sealed record CurrentMenu(bool IsOpen, Menu Menu);

/// <summary>The official account's menus (§6.8); phones show a new one within a day.</summary>
public sealed class MenusApi
{
    private const int NoMenu = 46003;

    private readonly WeChatCalls _calls;

    internal MenusApi(WeChatCalls calls) => _calls = calls;

    public Task CreateAsync(Menu menu, CancellationToken ct)
    {
        menu.Check();
        return _calls.SendAsync(Post("create", menu.Write), ct);
    }

    /// <summary>Null when the account has no menu.</summary>
    public async Task<Menu?> GetAsync(CancellationToken ct)
    {
        var answer = await _calls.SendAsync(Get("/cgi-bin/menu/get") with { AlsoGood = [NoMenu] }, ct);
        return answer.TryGetProperty("menu", out var menu) ? Menu.Read(menu) : null;
    }

    /// <summary>With all conditional ones.</summary>
    public Task DeleteAsync(CancellationToken ct) => _calls.SendAsync(Get("/cgi-bin/menu/delete"), ct);

    /// <summary>A menu for some; the common one must be there before (65303).</summary>
    /// <returns>menuid.</returns>
    public async Task<string> AddConditionalAsync(Menu menu, MenuRule rule, CancellationToken ct)
    {
        menu.Check();
        if (rule is { TagId: null, Platform: null })
        {
            throw new ArgumentException("A menu for some says for whom.", nameof(rule));
        }

        var answer = await _calls.SendAsync(Post("addconditional", json =>
        {
            menu.Write(json);
            json.WriteObject("matchrule", match =>
            {
                match.WriteTextIfAny("tag_id", rule.TagId?.ToString(CultureInfo.InvariantCulture));
                match.WriteTextIfAny("client_platform_type", rule.Platform?.ToString(CultureInfo.InvariantCulture));
            });
        }) with
        {
            MayRepeat = false,
        }, ct);
        return answer.Id("menuid");
    }

    public Task DeleteConditionalAsync(string menuId, CancellationToken ct) => _calls.SendAsync(Post("delconditional", json => json.WriteText("menuid", menuId)), ct);

    /// <summary>The menu that one person sees.</summary>
    /// <param name="user">An openid, or what the person is called at WeChat.</param>
    public async Task<Menu> TryMatchAsync(string user, CancellationToken ct)
    {
        var answer = await _calls.SendAsync(Post("trymatch", json => json.WriteText("user_id", user)), ct);
        return Menu.Read(answer.TryGetProperty("menu", out var menu) ? menu : answer);
    }

    /// <summary>What is shown now, also where it was made at WeChat's console.</summary>
    public async Task<CurrentMenu> CurrentAsync(CancellationToken ct)
    {
        var answer = await _calls.SendAsync(Get("/cgi-bin/get_current_selfmenu_info"), ct);
        return new CurrentMenu(answer.Number("is_menu_open") == 1, Menu.Read(answer.Member("selfmenu_info")));
    }

    private static WeChatCall Get(string method) => WeChatCall.Get(WeChatAccount.Mp, method);

    private static WeChatCall Post(string name, Action<Utf8JsonWriter> members) => WeChatCall.Post(WeChatAccount.Mp, "/cgi-bin/menu/" + name, members, mayRepeat: true);
}
