using System.Globalization;
using Bot.Core.Lessons;
using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <summary>One reason why an area may need help.</summary>
/// <param name="Href">Where the rows behind it are; null where the viewer may see the count alone.</param>
internal sealed record Need(string Words, string? Href);

/// <summary>
/// 哪里要帮: which area needs help, and why. In words and in a fixed order, so that nothing ranks the areas; nothing from figures that are hidden.
/// </summary>
/// <param name="MayDecide">Whether the viewer answers for requests anywhere.</param>
internal sealed record Needs(Ledger Ledger, Waiting Waiting, IReadOnlyList<int> Tops, bool MayDecide, LessonId Lesson)
{
    public IEnumerable<Need> Of(FigureLine line)
    {
        if (line.Organisation is not { } node || !line.IsWithin)
        {
            yield break;
        }

        var home = string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{node.Id}");
        var under = string.Create(CultureInfo.InvariantCulture, $"under={node.Id}");
        var (ledger, waiting) = (LedgerLine.Of(Ledger, node, Tops), Waiting.Area(node.Id));
        var isBranch = node.End == node.Index + 1;
        if (line is { Expected: > 0, Figure.Completed: 0 })
        {
            yield return new Need("还没有人学", home);
        }
        else if (line.Starts.NotStarted > 0)
        {
            yield return new Need($"没人学 {line.Starts.NotStarted:N0}", List(LedgerList.NotStarted) + $"&period={Lesson}");
        }

        if (waiting.Overdue > 0)
        {
            yield return new Need($"转接超期 {waiting.Overdue:N0}", MayDecide ? $"/staff/transfers?{under}&overdue=true" : null);
        }

        if (ledger.Figure.NoSecretary > 0)
        {
            yield return new Need(isBranch ? "缺书记" : $"缺书记 {ledger.Figure.NoSecretary:N0}", List(LedgerList.NoSecretary));
        }

        if (ledger.Figure.SecretaryUnbound > 0)
        {
            yield return new Need(isBranch ? "书记没绑定" : $"书记没绑定 {ledger.Figure.SecretaryUnbound:N0}", List(LedgerList.SecretaryUnbound));
        }

        if (ledger.Figure.Empty > 0)
        {
            yield return new Need(isBranch ? "空支部" : $"空支部 {ledger.Figure.Empty:N0}", List(LedgerList.Empty));
        }

        // Of a small group a wish or an appeal is somebody's; the area above counts it with others.
        if (waiting.Requests > 0 && !line.IsHidden)
        {
            yield return new Need($"等处理 {waiting.Requests:N0}", MayDecide ? "/staff/tray?" + under : null);
        }

        if (waiting.Appeals > 0 && !line.IsHidden)
        {
            yield return new Need($"申诉 {waiting.Appeals:N0}", MayDecide ? "/staff/appeals?" + under : null);
        }

        if (ledger.ManyUnboundPercent is { } unbound)
        {
            yield return new Need($"没绑定 {unbound:0}%", List(LedgerList.Unbound));
        }

        string List(string of) => $"{home}/ledger/list?of={of}";
    }
}
