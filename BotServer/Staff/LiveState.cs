using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bot.Core;

namespace Bot.Server.Staff;

/// <summary>What those who look at the same figures see at one moment, ready to be sent.</summary>
/// <param name="Version">Counts up with every change, from 1.</param>
/// <param name="Full">JSON of everything.</param>
/// <param name="Changes">JSON of what differs from the version before.</param>
internal sealed record LiveState(long Version, string At, string Full, string Changes)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // goes to JSON.parse and textContent, never into a page
    };

    /// <summary>By row: <c>own</c>, <c>rest</c> or an organisation's id; then by field, in the words of the page.</summary>
    private Dictionary<string, Dictionary<string, object?>> Rows { get; init; } = [];

    private string Shape { get; init; } = "";

    /// <returns><paramref name="before"/> with another time where nothing has changed.</returns>
    public static LiveState After(LiveState? before, FigureSheet sheet, Needs? needs, Dictionary<string, object?> side)
    {
        var at = ChinaTime.Of(sheet.At).ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        var rows = sheet.Lines.ToDictionary(l => l.Organisation is { } node ? node.Id.ToString(CultureInfo.InvariantCulture) : "rest", l => Row(l, needs));
        rows["side"] = side;
        if (sheet.Own is { } own)
        {
            rows["own"] = Row(own, needs);
        }

        var changed = rows.Where(r => before is null || !before.Rows.TryGetValue(r.Key, out var old) || Text(old) != Text(r.Value)).ToDictionary(r => r.Key, r => r.Value);
        return before is not null && changed.Count == 0 && before.Shape == sheet.Shape ? before with { At = at }
            : new LiveState((before?.Version ?? 0) + 1, at, Text(new { at, sheet.Shape, rows, full = true }), Text(new { at, sheet.Shape, rows = changed, full = false })) { Rows = rows, Shape = sheet.Shape };
    }

    private static Dictionary<string, object?> Row(FigureLine line, Needs? needs) => new()
    {
        ["members"] = line.Figure.Members.ToString("N0", CultureInfo.InvariantCulture),
        ["exempt"] = line.Exempt,
        ["expected"] = line.ExpectedText,
        ["completed"] = line.Completed,
        ["late"] = line.Late,
        ["visitors"] = line.Visitors,
        ["rate"] = line.Rate,
        ["percent"] = line.Percent?.ToString("0.0", CultureInfo.InvariantCulture),
        ["notStarted"] = line.Starts.Branches > 0 ? line.Starts.NotStarted.ToString("N0", CultureInfo.InvariantCulture) : "—",
        ["needs"] = needs?.Of(line).ToList(),
    };

    private static string Text(object value) => JsonSerializer.Serialize(value, Json);
}
