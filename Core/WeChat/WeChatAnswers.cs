using System.Collections.Frozen;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>
/// What is in WeChat's answers that carry no errcode: without one, and without any of these, an answer says nothing – it may come from somebody in
/// between – and is taken as silence. Calls that are not named are answered with an errcode always.
/// </summary>
internal static class WeChatAnswers
{
    private static readonly FrozenDictionary<string, string[]> Members = new Dictionary<string, string[]>
    {
        [WeChatCalls.TokenMethod] = ["access_token"],
        ["/cgi-bin/ticket/getticket"] = ["ticket"],
        ["/sns/oauth2/access_token"] = ["openid"],
        ["/sns/jscode2session"] = ["openid"],
        ["/cgi-bin/message/template/send"] = ["msgid"],
        ["/cgi-bin/message/subscribe/bizsend"] = ["msgid"],
        ["/cgi-bin/message/subscribe/send"] = ["msgid"],
        ["/cgi-bin/template/get_all_private_template"] = ["template_list"],
        ["/wxaapi/newtmpl/gettemplate"] = ["data"],
        ["/cgi-bin/message/mass/send"] = ["msg_id"],
        ["/cgi-bin/message/mass/sendall"] = ["msg_id"],
        ["/cgi-bin/message/mass/get"] = ["msg_status"],
        ["/cgi-bin/message/mass/speed/get"] = ["speed"],
        ["/cgi-bin/draft/add"] = ["media_id"],
        ["/cgi-bin/draft/get"] = ["news_item"],
        ["/cgi-bin/draft/batchget"] = ["item", "total_count"],
        ["/cgi-bin/draft/count"] = ["total_count"],
        ["/cgi-bin/freepublish/submit"] = ["publish_id"],
        ["/cgi-bin/freepublish/get"] = ["publish_status"],
        ["/cgi-bin/freepublish/getarticle"] = ["news_item"],
        ["/cgi-bin/freepublish/batchget"] = ["item", "total_count"],
        ["/cgi-bin/media/upload"] = ["media_id", "thumb_media_id"],
        ["/cgi-bin/media/uploadimg"] = ["url"],
        ["/cgi-bin/media/get"] = ["video_url"],
        ["/cgi-bin/material/add_material"] = ["media_id"],
        ["/cgi-bin/material/get_material"] = ["down_url", "video_url", "news_item"],
        ["/cgi-bin/material/get_materialcount"] = ["image_count"],
        ["/cgi-bin/material/batchget_material"] = ["item", "total_count"],
        ["/cgi-bin/menu/get"] = ["menu"],
        ["/cgi-bin/menu/addconditional"] = ["menuid"],
        ["/cgi-bin/menu/trymatch"] = ["button", "menu"],
        ["/cgi-bin/get_current_selfmenu_info"] = ["is_menu_open"],
        ["/cgi-bin/user/get"] = ["count", "total", "data"],
        ["/cgi-bin/user/info"] = ["subscribe"],
        ["/cgi-bin/user/info/batchget"] = ["user_info_list"],
        ["/cgi-bin/user/tag/get"] = ["count", "data"],
        ["/cgi-bin/tags/create"] = ["tag"],
        ["/cgi-bin/tags/get"] = ["tags"],
        ["/cgi-bin/tags/getidlist"] = ["tagid_list"],
        ["/cgi-bin/tags/members/getblacklist"] = ["count", "total", "data"],
        ["/cgi-bin/qrcode/create"] = ["ticket"],
        ["/cgi-bin/openapi/quota/get"] = ["quota"],
        ["/cgi-bin/openapi/rid/get"] = ["request"],
        ["/cgi-bin/callback/check"] = ["dns", "ping"],
        ["/cgi-bin/getcallbackip"] = ["ip_list"],
        ["/wxa/business/getuserphonenumber"] = ["phone_info"],
        ["/wxa/resetusersessionkey"] = ["session_key"],
        ["/wxa/msg_sec_check"] = ["result"],
        ["/wxa/media_check_async"] = ["trace_id"],
        ["/wxa/generatescheme"] = ["openlink"],
        ["/wxa/generate_urllink"] = ["url_link"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="answer">An object.</param>
    public static bool IsOne(string method, JsonElement answer)
        => answer.TryGetProperty("errcode", out _) || (Members.TryGetValue(method, out var members) && Array.Exists(members, name => answer.TryGetProperty(name, out _)));
}
