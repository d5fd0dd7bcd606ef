using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Bot.Core.WeChat;

namespace Bot.Core.Content;

/// <summary>A menu of commands as text: what is proposed, hashed and kept.</summary>
public static class MenuText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(Menu menu) => JsonSerializer.Serialize(menu.Buttons.Select(Line), Plain);

    /// <returns>Null for what is none.</returns>
    public static Menu? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<List<MenuLine?>>(text) is { } lines && lines.TrueForAll(IsWhole) ? new Menu([.. lines.Select(l => Button(l!))]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsWhole(MenuLine? line) => line is { Name: not null } && (line.Below is null || line.Below.All(IsWhole));

    private static MenuLine Line(MenuButton button) => new(button.Name, button.Key, [.. button.Children.Select(Line)]);

    private static MenuButton Button(MenuLine line) => line.Below is { Count: > 0 } below
        ? new MenuButton(line.Name!) { Children = [.. below.Select(l => Button(l!))] }
        : new MenuButton(line.Name!) { Type = "click", Key = line.Command ?? "" };

    private sealed record MenuLine(string? Name, string? Command, IReadOnlyList<MenuLine?>? Below);
}
