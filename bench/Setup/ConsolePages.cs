using System.Globalization;

namespace Bot.Bench.Setup;

/// <summary>Rows of lists under an organisation; 0 where there is none.</summary>
/// <param name="Case">Of the help line.</param>
internal sealed record ListedIds(int Join, int Appeal, int Transfer, int Import, int Lesson, int Piece, int Article, int Push, int Submitted, int Versions, int Case);

/// <summary>What can be opened at the console. A new page belongs here, as into the walk of the scope tests.</summary>
internal static class ConsolePages
{
    /// <param name="organisation">What the visitor answers for.</param>
    /// <param name="branch">One below it.</param>
    public static IReadOnlyList<string> Of(int organisation, int branch, ListedIds? listed)
    {
        var (home, leaf) = (Text($"/staff/organisations/{organisation}"), Text($"/staff/organisations/{branch}"));
        List<string> pages =
        [
            "/staff",
            $"{home}?period=9-8",
            $"{home}?q=支部00",
            $"{home}?handler=Figures",
            $"{home}/adjustments?period=9-8",
            $"{home}/changes",
            $"{home}/colleagues",
            $"{home}/export?what=figures",
            $"{home}/export?what=history",
            $"{home}/export?what=ledger",
            $"{home}/export?what=roster",
            $"{home}/join-code",
            $"{home}/ledger",
            $"{home}/ledger/list?of=empty",
            $"{home}/ledger/list?of=no-secretary",
            $"{home}/ledger/list?of=not-started",
            $"{home}/ledger/list?of=unbound",
            $"{home}/matrix",
            $"{home}/pushes",
            $"{home}/pushes?period=9-8",
            $"{home}/report",
            leaf,
            $"{leaf}/adjustments?period=9-8",
            $"{leaf}/changes",
            $"{leaf}/exemptions",
            $"{leaf}/export",
            $"{leaf}/export?what=matrix",
            $"{leaf}/export?what=roster",
            $"{leaf}/export?what=unstudied",
            $"{leaf}/matrix",
            $"{leaf}/removals/new",
            $"{leaf}/transfers/new",
            $"{leaf}/visitors",
            "/staff/account",
            "/staff/appeals",
            "/staff/audit",
            "/staff/audit?org=支部00",
            "/staff/audit?what=names.seen&actor=bench",
            "/staff/calendar",
            "/staff/calendar?view=week",
            "/staff/calendar?view=list",
            "/staff/calendar?kind=push&view=list",
            "/staff/calendar?state=submitted",
            "/staff/calendar/new",
            "/staff/calendar/new?kind=article",
            "/staff/calendar/new?kind=push",
            "/staff/colleagues",
            "/staff/help",
            "/staff/help?handler=List",
            "/staff/help?queue=open",
            "/staff/help?queue=closed",
            "/staff/help/duty",
            "/staff/help/figures",
            "/staff/help/reads",
            "/staff/help/reveals",
            "/staff/help/teams",
            "/staff/jobs",
            "/staff/jobs?job=FreezeFigures",
            "/staff/ledger",
            "/staff/outbox",
            "/staff/replies",
            "/staff/replies?of=words",
            "/staff/replies?q=学",
            "/staff/replies/edit?key=reply:welcome",
            "/staff/replies/menu",
            "/staff/replies/unanswered",
            "/staff/reports",
            "/staff/roster",
            "/staff/transfers",
            "/staff/tray",
        ];
        if (listed is not null)
        {
            pages.AddRange(
                new[]
                {
                    ("/staff/tray/joins/", listed.Join, ""), ("/staff/appeals/", listed.Appeal, ""), ("/staff/transfers/", listed.Transfer, ""), ("/staff/roster/", listed.Import, ""),
                    ("/staff/calendar/lessons/", listed.Lesson, ""), ("/staff/calendar/pieces/", listed.Piece, "?of=lesson"), ("/staff/calendar/pieces/", listed.Article, "?of=article"),
                    ("/staff/calendar/pieces/", listed.Push, "?of=push"), ("/staff/calendar/pieces/", listed.Push, "?handler=Run"), ("/staff/calendar/pieces/", listed.Push, "?handler=Reach"),
                    ("/staff/calendar/pieces/", listed.Submitted, "/review"), ("/staff/calendar/pieces/", listed.Versions, "/versions"),
                    ("/staff/help/", listed.Case, ""), ("/staff/help/", listed.Case, "?handler=Thread"),
                }.Where(p => p.Item2 > 0).Select(p => Text($"{p.Item1}{p.Item2}{p.Item3}")));
        }

        return [.. pages.Distinct()];
    }

    private static string Text(FormattableString address) => address.ToString(CultureInfo.InvariantCulture);
}
