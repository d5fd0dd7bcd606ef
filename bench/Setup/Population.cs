using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench.Setup;

/// <summary>An organisation tree with twenty members a branch, each with a known WeChat account, and open lessons of one second.</summary>
internal sealed class Population(Workspace workspace)
{
    private const int PerBranch = 20;
    private const int BranchesPerCounty = 100;
    private const int RowsAtOnce = 2000;

    /// <summary>The person's row of each member.</summary>
    public List<int> PersonIds { get; } = [];

    /// <summary>As long as real ones: 28 characters.</summary>
    public static string OpenId(long member) => string.Create(CultureInfo.InvariantCulture, $"oBench{member:0000000000000000000000}");

    public static string LessonId(int period) => string.Create(CultureInfo.InvariantCulture, $"9-{period}");

    public async Task AddAsync(int members, int lessons, CancellationToken ct)
    {
        Workspace.Say($"preparing {members} members and {lessons} lesson(s) on {workspace.DatabaseName}");
        var branches = await AddTreeAsync(Math.Max(1, members / PerBranch), ct);
        for (var from = 0; from < members; from += RowsAtOnce)
        {
            await AddMembersAsync(from, Math.Min(RowsAtOnce, members - from), branches, ct);
        }

        await AddLessonsAsync(lessons, ct);
    }

    private async Task<List<int>> AddTreeAsync(int branches, CancellationToken ct)
    {
        await using var db = await DbAsync(ct);
        var root = New("League", null, OrganisationKind.City);
        db.Add(root);
        await db.SaveChangesAsync(ct);
        var counties = Enumerable.Range(0, (branches + BranchesPerCounty - 1) / BranchesPerCounty).Select(n => New($"County {n}", root.Id, OrganisationKind.County)).ToList();
        db.AddRange(counties);
        await db.SaveChangesAsync(ct);
        var leaves = Enumerable.Range(0, branches).Select(n => New($"Branch {n}", counties[n / BranchesPerCounty].Id, OrganisationKind.Branch)).ToList();
        db.AddRange(leaves);
        await db.SaveChangesAsync(ct);
        db.AddRange(counties.Concat(leaves).Append(root).Select(o => new OrganisationAncestor { OrganisationId = o.Id, AncestorId = o.Id, Distance = 0 }));
        db.AddRange(counties.Select(o => new OrganisationAncestor { OrganisationId = o.Id, AncestorId = root.Id, Distance = 1 }));
        db.AddRange(leaves.Select(o => new OrganisationAncestor { OrganisationId = o.Id, AncestorId = o.ParentId!.Value, Distance = 1 }));
        db.AddRange(leaves.Select(o => new OrganisationAncestor { OrganisationId = o.Id, AncestorId = root.Id, Distance = 2 }));
        db.AddRange(leaves.Select(o => new Headcount { OrganisationId = o.Id, Members = PerBranch }));
        await db.SaveChangesAsync(ct);
        return [.. leaves.Select(o => o.Id)];
    }

    private async Task AddMembersAsync(int from, int count, List<int> branches, CancellationToken ct)
    {
        var vault = workspace.Services.GetRequiredService<Vault>();
        var since = TimeProvider.System.GetUtcNow().AddYears(-1);
        await using var db = await DbAsync(ct);
        var people = Enumerable.Range(from, count).Select(n => new Person { Name = $"Learner {n}", NameKey = Names.Key($"Learner {n}"), RosterId = $"{n}" }).ToList();
        db.AddRange(people);
        await db.SaveChangesAsync(ct);
        PersonIds.AddRange(people.Select(p => p.Id));
        for (var i = 0; i < count; i++)
        {
            var openId = OpenId(from + i);
            db.Add(new Membership { PersonId = people[i].Id, OrganisationId = branches[(from + i) / PerBranch % branches.Count], Category = PersonCategory.Member, Since = since });
            db.Add(new Account { PersonId = people[i].Id, AppId = Workspace.AppId, OpenIdHash = vault.Hash(Workspace.AppId, openId), OpenIdSealed = vault.Seal(openId) });
        }

        await db.SaveChangesAsync(ct);
    }

    private async Task AddLessonsAsync(int lessons, CancellationToken ct)
    {
        var opens = TimeProvider.System.GetUtcNow().AddDays(-1);
        for (var period = 1; period <= lessons; period++)
        {
            var file = string.Create(CultureInfo.InvariantCulture, $"""
                ---
                season: 9
                period: {period}
                title: Lesson {period}
                opens: {opens:yyyy-MM-ddTHH:mm:ssZ}
                closes: {opens.AddDays(7):yyyy-MM-ddTHH:mm:ssZ}
                minSeconds: 1
                ---
                ## Part 1
                Text.
                """);
            await using var scope = workspace.Services.CreateAsyncScope();
            var outcome = await scope.ServiceProvider.GetRequiredService<LessonPlan>().ImportAsync(LessonFile.Read(file).Lesson!, publish: true, reason: null, ct);
            if (outcome.IsRefused(out var refusal))
            {
                throw new BenchException(refusal.Detail);
            }
        }
    }

    private Task<BotDb> DbAsync(CancellationToken ct) => workspace.Services.GetRequiredService<IDbContextFactory<BotDb>>().CreateDbContextAsync(ct);

    private static Organisation New(string name, int? parentId, OrganisationKind kind)
        => new() { Name = name, NameKey = Names.Key(name), ParentId = parentId, Kind = kind, JoinCode = JoinCodes.New() };
}
