using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <param name="Name">On cards and as a heading.</param>
/// <param name="Unit">Behind a target.</param>
/// <param name="List">Of the list behind the number, see <see cref="LedgerList"/>; null for none.</param>
internal sealed record LedgerWord(string Key, string Name, string Unit, string? List);

/// <summary>What screens say for a measure.</summary>
internal static class LedgerWords
{
    public static readonly IReadOnlyList<LedgerWord> All =
    [
        new("organisations", "团组织", "个", null),
        new("members", "团员", "人", null),
        new("youth", "联系青年", "人", null),
        new("empty", "空支部", "个", LedgerList.Empty),
        new("no-secretary", "缺书记的支部", "个", LedgerList.NoSecretary),
        new("secretary-unbound", "书记没绑定的支部", "个", LedgerList.SecretaryUnbound),
        new("schools", "学校覆盖率", "%", LedgerList.Schools),
        new("bound", "团员绑定率", "%", LedgerList.Unbound),
    ];

    public static LedgerWord Of(string key) => All.First(w => w.Key == key);

    /// <summary>Such as 90% or 12.</summary>
    public static string Target(LedgerMeasure measure, int value) => measure.IsShare ? $"{value / 10.0:0.#}%" : $"{value:N0}";

    /// <summary>The measure's value as this viewer may see it.</summary>
    public static string Value(LedgerLine line, string key) => key switch
    {
        "organisations" => $"{line.Figure.Organisations:N0}",
        "members" => $"{line.Figure.Members:N0}",
        "youth" => line.Youth,
        "empty" => $"{line.Figure.Empty:N0}",
        "no-secretary" => $"{line.Figure.NoSecretary:N0}",
        "secretary-unbound" => $"{line.Figure.SecretaryUnbound:N0}",
        "schools" => line.Coverage,
        _ => line.Bound,
    };

    public static bool IsHidden(LedgerLine line, string key) => (key == "youth" && line.HidesYouth) || (key == "bound" && line.HidesUnbound);
}
