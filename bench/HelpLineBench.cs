using System.Text;
using Bot.Bench.Load;
using Bot.Bench.Setup;
using Bot.Core.HelpLine;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench;

/// <summary>
/// Everybody begins a case and writes into it, some of danger to life; the server is killed in the midst and what it had not answered is sent again,
/// as WeChat does. Every acknowledged text is stored once, every crisis has called somebody and nothing else has, and no word lies about.
/// </summary>
internal static class HelpLineBench
{
    private const double MostAlertMs = 2_000;
    private const int TextsEach = 10;

    /// <summary>What begins a case.</summary>
    public const string Begin = "求助";

    /// <summary>Stands in every text that tells of no danger, and nowhere else.</summary>
    private const string Mark = "钥匙串海豚";

    /// <summary>Stands in every text that tells of danger.</summary>
    private const string Cry = "门口那棵老榕树";

    private static readonly string[] Words = [$"{Mark}，这几天一直睡不着", $"考试考死了，{Mark}", $"笑死，{Mark}", $"我妈又骂我，{Mark}", $"想问问租房合同的事，{Mark}"];
    private static readonly string[] Dangers = [$"{Cry}，我不想活了", $"{Cry}。我在楼顶", $"{Cry}，我把药全吃了", $"今晚就跳下去，{Cry}"];
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(30);

    public static async Task<Report> RunAsync(BenchOptions options, CancellationToken ct)
    {
        await using var workspace = await Workspace.CreateAsync(options, ct);
        workspace.Settings["HelpLine:Open"] = "true";
        workspace.Settings["HelpLine:MediaPath"] = Path.Combine(workspace.Folder, "help-media");
        workspace.LogFile = Path.Combine(workspace.Folder, "server.log");
        var report = new Report("helpline", workspace.DatabaseName);
        var people = options.Members(1_300);
        await new Population(workspace).AddAsync(people, lessons: 0, ct);
        await AddTeamAsync(workspace, ct);
        var texts = new HelpTexts(workspace, options, Made(people), ct);
        await using var calls = new CalledAlerts(workspace);
        var kill = options.Kills(1) > 0 ? texts.Count / 2 : 0;
        Workspace.Say($"{texts.Count} texts of {people} people at {options.HelpPerSecond:0.0}/s, {texts.Crises.Count} of danger");
        using (var server = await ServerUnderTest.StartAsync(workspace, ct))
        {
            texts.Send(kill, server.Kill);
            Workspace.Say($"{texts.Answered} are answered");
            if (kill == 0)
            {
                await calls.SettleAsync(texts.Crises.Count, Settles, ct);
            }
        }

        if (kill > 0)
        {
            using var server = await ServerUnderTest.StartAsync(workspace, ct);
            report.Add("restartSeconds", server.StartedIn.TotalSeconds);
            texts.Send(0, () => { });
            await calls.SettleAsync(texts.Crises.Count, Settles, ct);
        }

        var found = await texts.CalledAsync(calls, ct);
        report.Add("texts", texts.Count);
        report.Add("perSecond", options.HelpPerSecond);
        report.Add("kills", kill > 0 ? 1 : 0);
        report.Add("answerP50Ms", texts.Milliseconds.Percentile(50));
        report.Add("answerP99Ms", texts.Milliseconds.Percentile(99));
        report.Add("crises", texts.Crises.Count);
        report.AddAtMost("crisisCalledP99Ms", found.Milliseconds.Percentile(99), MostAlertMs);
        report.Add("crisisCalledMaxMs", found.Milliseconds.Percentile(100));
        report.Add("cutOffByKill", found.CutOff.Count);
        report.Add("cutOffCalledMaxMs", found.CutOff.Count == 0 ? 0 : found.CutOff[^1]);
        report.AddAtMost("crisesMissed", found.Missed, 0);
        report.Add("toldNotTaken", texts.ToldNotTaken); // by a machine that is too busy to store; with none of these everything is judged
        report.Add("criesToldNotTaken", texts.CriesToldNotTaken);
        report.AddAtMost("falseAlerts", found.Others, 0);
        report.AddAtMost("unanswered", texts.Count - texts.Answered, 0);
        var stored = await workspace.InDbAsync(db => db.HelpMessages.CountAsync(m => m.By == HelpSide.Person, ct));
        report.AddAtMost("acknowledgedAndLost", Math.Max(0, texts.Taken - stored), 0);
        report.AddAtMost("doubled", Math.Max(0, stored - (people * (TextsEach - 1))), 0);
        report.Add("storedThoughToldNot", Math.Max(0, stored - texts.Taken)); // a cry that was not taken is tried again; another may have been stored a moment too late to say so
        report.AddAtMost("casesTooMany", Math.Max(0, await workspace.InDbAsync(db => db.HelpCases.CountAsync(ct)) - people), 0);
        await workspace.BackUpAsync(ct);
        var files = Directory.GetFiles(workspace.Folder, "*", SearchOption.AllDirectories);
        report.Add("filesSearched", files.Length);
        report.AddAtMost("filesWithCriesOrOpenids", files.Count(f => Tells(f, Cry) || Tells(f, Population.OpenId(3)[..24])), 0);
        var others = files.Count(f => Tells(f, Mark));
        report.AddAtMost("filesWithWords", others, texts.ToldNotTaken == 0 ? 0 : files.Length); // without a case they are words like any other, which staff may read
        return report;
    }

    /// <summary>In the order in which they are sent: everybody's first, everybody's second, and so on. One in ten people is in danger once.</summary>
    private static List<HelpText> Made(int people)
        => [.. Enumerable.Range(0, people * TextsEach).Select(n => (Person: n % people, Round: n / people)).Select(at => at switch
        {
            (var person, 0) => new HelpText(person, Begin, IsCrisis: false),
            var (person, round) when person % 10 == 3 && round == 1 + (person / 10 % (TextsEach - 1)) => new HelpText(person, Dangers[person / 10 % Dangers.Length], IsCrisis: true),
            var (person, round) => new HelpText(person, Words[(person + round) % Words.Length], IsCrisis: false),
        })];

    /// <summary>Who reads everything, and another person who supervises: without both the line stays closed.</summary>
    private static async Task AddTeamAsync(Workspace workspace, CancellationToken ct)
    {
        var root = await workspace.InDbAsync(db => db.Organisations.Where(o => o.ParentId == null).Select(o => new { o.Id, o.Name }).SingleAsync(ct));
        await ServerUnderTest.OperateAsync(workspace, ct, "staff", "add", "answers", "--role", "counsellor", "--under", root.Name);
        await ServerUnderTest.OperateAsync(workspace, ct, "staff", "add", "watches", "--role", "duty-supervisor", "--under", root.Name);
        await workspace.InDbAsync(async db =>
        {
            var (now, team) = (TimeProvider.System.GetUtcNow(), await db.StaffAssignments.AsNoTracking().ToListAsync(ct));
            db.AddRange(team.SelectMany(member => Enum.GetValues<HelpTopic>().Select(topic => new HelpTeamMember { StaffId = member.StaffId, OrganisationId = root.Id, Topic = topic })));
            db.Add(new HelpDuty { StaffId = team.Single(t => t.Role == StaffRole.Counsellor).StaffId, OrganisationId = root.Id, BeginsAt = now.AddHours(-1), EndsAt = now.AddHours(11) });
            return await db.SaveChangesAsync(ct);
        });
    }

    private static bool Tells(string file, string words) => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(words)) >= 0;
}
