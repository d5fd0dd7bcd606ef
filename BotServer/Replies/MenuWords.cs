namespace Bot.Server.Replies;

/// <summary>What WeChat's errcodes for menus mean; the others are told by their number.</summary>
internal static class MenuWords
{
    public static string? Why(int? code) => code switch
    {
        -1 or 45009 => $"微信现在太忙，或者今天的次数用完了（错误码 {code}）。请过一会儿再发布。",
        40001 or 40125 => $"公众号的 AppSecret 不对（错误码 {code}）。请找运维。",
        40013 => "公众号的 AppId 不对（错误码 40013）。请找运维。",
        40164 => "微信不认识服务器的 IP（错误码 40164）。请找运维把它加进公众号后台的白名单。",
        48001 => "公众号还没有自定义菜单的权限，多半是没有认证（错误码 48001）。",
        40015 or 40016 or 40017 or 40022 or 40023 => $"微信说按钮的数量不对（错误码 {code}）。",
        40018 or 40025 => $"微信说按钮的名字太长（错误码 {code}）。",
        40019 or 40026 => $"微信说按钮做的事不对（错误码 {code}）。",
        40033 => "微信说名字里有不能用的字符（错误码 40033）。",
        _ => null,
    };
}
