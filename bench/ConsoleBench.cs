using System.Globalization;
using System.Text.RegularExpressions;
using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>
/// Every page of the console that can be looked at, by every role, with a region in the database: warm (median and 95th percentile of many), cold (the
/// first request after a start, by the administrator of the whole), against a static file of the same server, and what a first visit loads. Fails
/// nothing: it names what is over.
/// </summary>
internal static partial class ConsoleBench
{
    private const double MostMs = 300;
    private const double MostKb = 500;

    /// <summary>Of the administrator of the whole, who has most to look at; of the others <c>--rounds</c>.</summary>
    private const int LeastRounds = 15;

    private const string Root = "root";
    private const string Password = "four words in a row";
    private const string Static = "/favicon.svg";

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        var report = new Report("console", workspace.DatabaseName);
        var region = new Region(options.Members(1_200_000), options.Seed);
        var made = new ConsoleRegion(workspace);
        await made.AddAsync(region, ct);
        var secretary = Population.OpenId(1);
        var branch = await made.AddSecretaryAsync(secretary, ct);
        report.Add("people", region.PeopleCount);
        report.Add("branches", region.Branches.Count);

        var visitors = await AddStaffAsync(workspace, ct);
        await new ConsoleWork(workspace).AddAsync(visitors[0].OrganisationId, visitors[^1].OrganisationId, ct);
        await made.SettleAsync(ct);
        var over = new List<string>();
        using (var server = await ServerUnderTest.StartAsync(workspace, ct))
        {
            foreach (var role in visitors)
            {
                using var user = new ConsoleUser(workspace);
                await user.SignInAsync(role.Login, Password, ct);
                await MeasureAsync(report, over, user, role.Login, ConsolePages.Of(role.OrganisationId, role.BranchId, await IdsAsync(workspace, role.OrganisationId, ct)), options, ct);
            }

            using var own = new ConsoleUser(workspace);
            await own.ComeFromChatAsync(secretary, new ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content")).CommandWords["progress"][0], ct);
            await MeasureAsync(report, over, own, "own-secretary", ConsolePages.Of(branch, branch, null), options, ct);
            report.Add("workingSetMb", server.WorkingSetMb);
        }

        await ColdAsync(workspace, report, over, visitors[0], ct);
        report.Add("over", string.Join("; ", over));
        return report;
    }

    private static async Task MeasureAsync(Report report, List<string> over, ConsoleUser user, string who, IReadOnlyList<string> pages, BenchOptions options, CancellationToken ct)
    {
        var rounds = who == Root ? Math.Max(options.Rounds, LeastRounds) : options.Rounds;
        var (bare, worst, skipped) = (await WarmAsync(user, Static, rounds, ct), 0.0, 0);
        report.Add($"{who} {Static}", [bare.P50, bare.P95]);
        foreach (var page in pages)
        {
            var first = await user.GetAsync(page, ct);
            if (first.Status != 200)
            {
                skipped++; // not this role's
                Note(over, first.Status >= 500, $"{who} {Named(page)} answers {first.Status}");
                continue;
            }

            var warm = await WarmAsync(user, page, rounds, ct);
            var kb = (first.Bytes + await AssetBytesAsync(user, first.Text, ct)) / 1024.0;
            var name = $"{who} {Named(page)}";
            report.Add(name, [warm.P50, warm.P95, warm.P50 / bare.P50, kb]);
            worst = Math.Max(worst, warm.P95);
            Workspace.Say(string.Create(CultureInfo.InvariantCulture, $"{warm.P50,7:0.0} {warm.P95,7:0.0} ms, {warm.P50 / bare.P50,5:0}×, {kb,5:0} KB  {name}"));
            Note(over, warm.P95 > MostMs, $"{name} p95 {warm.P95:0} ms");
            Note(over, kb > MostKb, $"{name} {kb:0} KB");
        }

        report.Add($"{who} worst p95", worst);
        report.Add($"{who} not theirs", skipped);
    }

    /// <summary>Each page, not each choice on it, as the first that a new process is asked for.</summary>
    private static async Task ColdAsync(Workspace workspace, Report report, List<string> over, Visitor root, CancellationToken ct)
    {
        foreach (var page in ConsolePages.Of(root.OrganisationId, root.BranchId, await IdsAsync(workspace, root.OrganisationId, ct)).Where(p => !p.Contains('?', StringComparison.Ordinal)))
        {
            using var user = new ConsoleUser(workspace);
            using (await ServerUnderTest.StartAsync(workspace, ct))
            {
                await user.SignInAsync(root.Login, Password, ct);
                var cold = await user.GetAsync(page, ct);
                report.Add($"cold {Named(page)}", cold.Milliseconds);
                Workspace.Say(string.Create(CultureInfo.InvariantCulture, $"{cold.Milliseconds,7:0} ms cold  {Named(page)}"));
                Note(over, cold.Milliseconds > MostMs, $"cold {Named(page)} {cold.Milliseconds:0} ms");
            }
        }
    }

    private static async Task<(double P50, double P95)> WarmAsync(ConsoleUser user, string page, int rounds, CancellationToken ct)
    {
        await user.GetAsync(page, ct);
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            times.Add((await user.GetAsync(page, ct)).Milliseconds);
        }

        times.Sort();
        return (times.Percentile(50), times.Percentile(95));
    }

    private static async Task<int> AssetBytesAsync(ConsoleUser user, string html, CancellationToken ct)
    {
        var bytes = 0;
        foreach (var asset in ConsoleUser.Assets(html))
        {
            bytes += (await user.GetAsync(asset, ct)).Bytes;
        }

        return bytes;
    }

    /// <summary>The whole for an administrator, and for an editor and an approver, who write lessons and replies there; a county for every role.</summary>
    private static async Task<List<Visitor>> AddStaffAsync(Workspace workspace, CancellationToken ct)
    {
        var visitors = new List<Visitor>();
        var tree = await workspace.Services.GetRequiredService<OrganisationTree>().AllAsync(ct);
        var county = tree.Nodes.First(n => n.Kind == OrganisationKind.County);
        (string, StaffRole, TreeNode)[] ofAll = [(Root, StaffRole.Administrator, tree.Nodes[0]), ("root-editor", StaffRole.Editor, tree.Nodes[0]), ("root-approver", StaffRole.Approver, tree.Nodes[0])];
        foreach (var (login, role, at) in ofAll.Concat(Enum.GetValues<StaffRole>().Select(r => (r.ToString(), r, county))))
        {
            await ServerUnderTest.OperateAsync(workspace, ct, "staff", "sample", login, Password, "--under", at.Path);
            await workspace.InDbAsync(db => db.StaffAssignments.Where(a => db.Users.Any(u => u.Id == a.StaffId && u.UserName == login)).ExecuteUpdateAsync(set => set.SetProperty(a => a.Role, role), ct));
            visitors.Add(new Visitor(login, at.Id, tree.Subtree(at).First(n => n.End == n.Index + 1).Id));
        }

        return visitors;
    }

    /// <summary>Something of each list under an organisation.</summary>
    private static Task<ListedIds?> IdsAsync(Workspace workspace, int organisationId, CancellationToken ct) => workspace.InDbAsync<ListedIds?>(async db =>
    {
        var under = db.OrganisationAncestors.Where(a => a.AncestorId == organisationId).Select(a => a.OrganisationId);
        var pieces = db.Pieces.Where(p => under.Contains(p.OrganisationId)).OrderBy(p => p.Id);
        return new ListedIds(
            await db.JoinRequests.Where(r => under.Contains(r.OrganisationId)).Select(r => r.Id).FirstOrDefaultAsync(ct),
            await db.Appeals.Where(a => a.OrganisationId != null && under.Contains(a.OrganisationId.Value)).Select(a => a.Id).FirstOrDefaultAsync(ct),
            await db.Transfers.Where(t => under.Contains(t.FromId)).Select(t => t.Id).FirstOrDefaultAsync(ct),
            await db.RosterImports.Select(i => i.Id).FirstOrDefaultAsync(ct),
            await db.Lessons.Select(l => l.Id).FirstOrDefaultAsync(ct),
            await pieces.Where(p => p.Kind == PieceKind.Lesson).Select(p => p.Id).FirstOrDefaultAsync(ct),
            await pieces.Where(p => p.Kind == PieceKind.Article).Select(p => p.Id).FirstOrDefaultAsync(ct),
            await pieces.Where(p => p.Kind == PieceKind.Push && db.Pushes.Any(r => r.PieceId == p.Id)).OrderBy(p => db.Pushes.First(r => r.PieceId == p.Id).State == PushState.Stopped ? 0 : 1).Select(p => p.Id).FirstOrDefaultAsync(ct),
            await pieces.Where(p => p.State == PieceState.Submitted && p.Kind != PieceKind.Lesson).Select(p => p.Id).FirstOrDefaultAsync(ct),
            await pieces.OrderByDescending(p => p.Version).Select(p => p.Id).FirstOrDefaultAsync(ct),
            await db.HelpMessages.Where(m => db.HelpCases.Any(c => c.Id == m.CaseId && under.Contains(c.AreaId))).Select(m => m.CaseId).FirstOrDefaultAsync(ct));
    });

    /// <summary>Row ids would make every run's names different.</summary>
    private static string Named(string page) => Number().Replace(page, "/{id}");

    private static void Note(List<string> over, bool isOver, FormattableString what)
    {
        if (isOver)
        {
            over.Add(what.ToString(CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex("/[0-9]+")]
    private static partial Regex Number();

    private sealed record Visitor(string Login, int OrganisationId, int BranchId);
}
