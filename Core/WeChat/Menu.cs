using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>At most three buttons, each with at most five below it.</summary>
public sealed record Menu(IReadOnlyList<MenuButton> Buttons)
{
    private const int MostButtons = 3;
    private const int MostBelow = 5;

    /// <exception cref="ArgumentException">No button, or too many.</exception>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfZero(Buttons.Count, nameof(Buttons));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Buttons.Count, MostButtons, nameof(Buttons));
        foreach (var button in Buttons)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(button.Children.Count, MostBelow, nameof(button.Children));
        }
    }

    internal void Write(Utf8JsonWriter json) => MenuButton.WriteAll(json, "button", Buttons);

    internal static Menu Read(JsonElement menu) => new(MenuButton.ReadAll(menu, "button"));
}

/// <summary>A button that does something, or opens <see cref="Children"/>.</summary>
public sealed record MenuButton(string Name)
{
    /// <summary>click, view, miniprogram, scancode_push, scancode_waitmsg, pic_*, location_select, media_id, article_id, article_view_limited; "" with children.</summary>
    public string Type { get; init; } = "";

    public string Key { get; init; } = "";

    /// <summary>For view; in miniprogram what old phones open instead.</summary>
    public string Url { get; init; } = "";

    public string AppId { get; init; } = "";

    public string PagePath { get; init; } = "";

    /// <summary>Of permanent material, for media_id.</summary>
    public string MediaId { get; init; } = "";

    /// <summary>Of a published article, for article_id and article_view_limited.</summary>
    public string ArticleId { get; init; } = "";

    public IReadOnlyList<MenuButton> Children { get; init; } = [];

    internal static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<MenuButton> buttons)
    {
        json.WriteStartArray(name);
        foreach (var button in buttons)
        {
            json.WriteStartObject();
            button.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static IReadOnlyList<MenuButton> ReadAll(JsonElement parent, string name)
        => [.. parent.Member(name) is { ValueKind: JsonValueKind.Object } current ? current.Items("list").Select(Read) : parent.Items(name).Select(Read)];

    private void Write(Utf8JsonWriter json)
    {
        json.WriteText("name", Name);
        foreach (var (name, value) in new[] { ("type", Type), ("key", Key), ("url", Url), ("appid", AppId), ("pagepath", PagePath), ("media_id", MediaId), ("article_id", ArticleId) })
        {
            if (value.Length > 0)
            {
                json.WriteText(name, value);
            }
        }

        if (Children.Count > 0)
        {
            WriteAll(json, "sub_button", Children);
        }
    }

    private static MenuButton Read(JsonElement button) => new(button.Text("name") ?? "")
    {
        Type = button.Text("type") ?? "",
        Key = button.Text("key") ?? "",
        Url = button.Text("url") ?? "",
        AppId = button.Text("appid") ?? "",
        PagePath = button.Text("pagepath") ?? "",
        MediaId = button.Text("media_id") ?? "",
        ArticleId = button.Text("article_id") ?? "",
        Children = ReadAll(button, "sub_button"),
    };
}
