using System.Text;
using System.Text.Json.Nodes;

namespace Bot.Simulator.Platform;

/// <summary>The menu as /cgi-bin/menu/create takes it: at most three entries, each with at most five below.</summary>
internal static class PublishedMenu
{
    private static readonly string[] Types =
    [
        "click", "view", "miniprogram", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
        "location_select", "media_id", "article_id", "article_view_limited",
    ];

    /// <returns>0 or WeChat's errcode.</returns>
    public static int Check(JsonObject menu)
    {
        if (menu["button"] is not JsonArray { Count: >= 1 and <= 3 } top)
        {
            return 40016;
        }

        foreach (var button in top.Select(b => b as JsonObject))
        {
            if (button is null || !HasName(button, 16))
            {
                return 40018;
            }

            var below = button["sub_button"] as JsonArray;
            if (below is { Count: > 5 })
            {
                return 40023;
            }

            if (below is { Count: > 0 })
            {
                foreach (var sub in below.Select(b => b as JsonObject))
                {
                    if (sub is null || !HasName(sub, 60))
                    {
                        return 40025;
                    }

                    if (CheckAction(sub) is var wrong and not 0)
                    {
                        return wrong;
                    }
                }
            }
            else if (CheckAction(button) is var wrong and not 0)
            {
                return wrong;
            }
        }

        return 0;
    }

    /// <summary>The menu that a person sees: the newest of those for some that fits, else the one for all.</summary>
    public static JsonObject? For(Account account, Person person)
        => account.ConditionalMenus.LastOrDefault(m => m["matchrule"]?["tag_id"] is not { } tag || person.TagIds.Contains(int.TryParse(tag.ToString(), out var id) ? id : 0)) ?? account.Menu;

    public static JsonObject? Find(JsonObject? menu, string name)
        => menu?["button"]!.AsArray().SelectMany(Leaves).FirstOrDefault(button => (string?)button["name"] == name);

    private static IEnumerable<JsonObject> Leaves(JsonNode? button)
        => button!["sub_button"] is JsonArray { Count: > 0 } below ? below.Select(b => b!.AsObject()) : [button.AsObject()];

    private static int CheckAction(JsonObject button)
    {
        var type = (string?)button["type"];
        return !Types.Contains(type) ? 40017
            : type is "view" or "miniprogram" ? (Bytes(button, "url") is 0 or > 1024 ? 40020 : 0)
            : type is "media_id" or "article_id" or "article_view_limited" ? 0
            : Bytes(button, "key") is 0 or > 128 ? 40019
            : 0;
    }

    private static bool HasName(JsonObject button, int most) => Bytes(button, "name") is > 0 and var length && length <= most;

    private static int Bytes(JsonObject button, string name)
        => button[name] is JsonValue value && value.TryGetValue<string>(out var text) ? Encoding.UTF8.GetByteCount(text) : 0;
}
