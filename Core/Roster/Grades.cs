using System.Text.RegularExpressions;

namespace Bot.Core.Roster;

/// <summary>年级 as organisations carry it in their names: 高一, 初二, 三年级, 2023级.</summary>
public static partial class Grades
{
    /// <summary>Of the lowest organisation on a path that names one; null when none does.</summary>
    /// <param name="path">Names joined by /.</param>
    public static string? Of(string path)
    {
        foreach (var name in path.Split('/').Reverse())
        {
            if (Word().Match(Names.Narrow(name)) is { Success: true } found)
            {
                return found.Value;
            }
        }

        return null;
    }

    /// <summary>Each once, in tree order.</summary>
    public static IReadOnlyList<string> In(IEnumerable<TreeNode> nodes) => [.. nodes.Select(n => Of(n.Path)).OfType<string>().Distinct()];

    // 大一统 and the like are no grade; nothing else begins so in the names of organisations.
    [GeneratedRegex("(?:19|20)[0-9]{2}级|[一二三四五六七八九]年级|[初高][一二三四]|[大研][一二三四五](?!统)")]
    private static partial Regex Word();
}
