using System.Globalization;

namespace Bot.Bench.Setup;

/// <summary>Rows of the lists that wait.</summary>
internal sealed record WaitingIds(int Join, int Appeal, int Transfer);

/// <summary>What can be opened at the console. A new page belongs here, as into the walk of the scope tests.</summary>
internal static class ConsolePages
{
    /// <param name="organisation">What the visitor answers for.</param>
    /// <param name="branch">One below it.</param>
    public static IReadOnlyList<string> Of(int organisation, int branch, WaitingIds? waiting)
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
            $"{home}/export?what=ledger",
            $"{home}/join-code",
            $"{home}/ledger",
            $"{home}/ledger/list?of=empty",
            $"{home}/ledger/list?of=no-secretary",
            $"{home}/ledger/list?of=not-started",
            $"{home}/ledger/list?of=unbound",
            $"{home}/matrix",
            leaf,
            $"{leaf}/adjustments?period=9-8",
            $"{leaf}/changes",
            $"{leaf}/exemptions",
            $"{leaf}/export",
            $"{leaf}/matrix",
            $"{leaf}/removals/new",
            $"{leaf}/transfers/new",
            $"{leaf}/visitors",
            "/staff/appeals",
            "/staff/audit",
            "/staff/colleagues",
            "/staff/jobs",
            "/staff/ledger",
            "/staff/roster",
            "/staff/transfers",
            "/staff/tray",
        ];
        if (waiting is not null)
        {
            pages.AddRange([Text($"/staff/tray/joins/{waiting.Join}"), Text($"/staff/appeals/{waiting.Appeal}"), Text($"/staff/transfers/{waiting.Transfer}")]);
        }

        return [.. pages.Distinct()];
    }

    private static string Text(FormattableString address) => address.ToString(CultureInfo.InvariantCulture);
}
