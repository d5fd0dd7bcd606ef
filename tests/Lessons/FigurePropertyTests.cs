using System.Security.Cryptography;
using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

/// <summary>Whatever happens in whatever order: rates lie between 0 and 1, children sum to the parent, and the order does not show in the figures.</summary>
public sealed class FigurePropertyTests
{
    private const int People = 6;
    private const int Branches = 3;

    private static readonly Config Thrice = Config.QuickThrowOnFailure.WithMaxTest(8).WithQuietOnSuccess(true);

    /// <summary>What one person does, or what is done to the person, in this order.</summary>
    public enum Deed
    {
        Study,
        MoveToFirst,
        MoveToSecond,
        MoveToThird,
        LeaveRoster,
        BecomeExempt,
        EndExemption,
        ComeOfAge,
        ComeOfAgeByFile,
        FileMovesToSecond,
        HandedOverToThird,
        Recount,
    }

    [Fact]
    public void Any_order_of_what_happens_gives_the_same_frozen_figures_and_they_are_what_the_rows_say()
    {
        var deeds = Gen.Elements(Enum.GetValues<Deed>()).ListOf().Select(list => list.Take(5).ToList());
        var week = from scripts in deeds.ListOf(People)
                   from one in Gen.Choose(0, 1_000_000)
                   from other in Gen.Choose(0, 1_000_000)
                   select (Scripts: scripts.ToList(), one, other);
        Check.One(Thrice, Prop.ForAll(week.ToArbitrary(), w => Task.Run(async () =>
        {
            var first = await LiveAsync(w.Scripts, new Random(w.one));
            Assert.Equal(first, await LiveAsync(w.Scripts, new Random(w.other)));
            Assert.Equal(Expected(w.Scripts), first);
        }).GetAwaiter().GetResult()));
    }

    [Fact]
    public void Adjustments_in_any_number_keep_every_rate_between_0_and_1_every_sum_right_and_a_recount_equal()
    {
        var wish = from person in Gen.Choose(1, People)
                   from branch in Gen.Choose(1, Branches)
                   from kind in Gen.Elements(Enum.GetValues<AdjustmentWish>())
                   select (person, branch, kind);
        Check.One(Thrice, Prop.ForAll(wish.ListOf(12).ToArbitrary(), wishes => Task.Run(async () =>
        {
            await using var bot = await StartAsync();
            for (var person = 1; person <= People; person += 2)
            {
                await DoAsync(bot, person, Deed.Study);
            }

            await bot.FreezesAsync();
            foreach (var (person, branch, kind) in wishes)
            {
                await bot.AdjustsAsync($"学生{person}", kind, $"第{branch}支部");
                await HoldsAsync(bot);
            }

            await bot.AgreesAsync();
        }).GetAwaiter().GetResult()));
    }

    [Fact]
    public void Adjustments_and_makeups_in_any_order_give_the_same_figures_and_the_same_matrix()
    {
        var step = from person in Gen.Choose(1, People)
                   from branch in Gen.Choose(1, Branches)
                   from wish in Gen.Elements<AdjustmentWish?>(null, null, AdjustmentWish.Exempt, AdjustmentWish.NotExempt, AdjustmentWish.BelongedHere, AdjustmentWish.NotHere)
                   select (person, branch, wish);
        var week = from steps in step.ListOf(14)
                   from chance in Gen.Choose(0, 1_000_000)
                   select (steps, chance);
        Check.One(Thrice, Prop.ForAll(week.ToArbitrary(), w => Task.Run(async () =>
        {
            // The makeups stand anywhere among the adjustments, which keep their order.
            var makeups = w.steps.Where(s => s.wish is null).ToList();
            var random = new Random(w.chance);
            var other = w.steps.Where(s => s.wish is not null).ToList();
            makeups.ForEach(m => other.Insert(random.Next(other.Count + 1), m));
            Assert.Equal(await AfterwardsAsync(w.steps), await AfterwardsAsync(other));
        }).GetAwaiter().GetResult()));
    }

    /// <summary>A frozen week in which every second person has studied, and what happens to it afterwards.</summary>
    private static async Task<string> AfterwardsAsync(IEnumerable<(int Person, int Branch, AdjustmentWish? Wish)> steps)
    {
        await using var bot = await StartAsync();
        for (var person = 1; person <= People; person += 2)
        {
            await DoAsync(bot, person, Deed.Study);
        }

        await bot.FreezesAsync();
        foreach (var (person, branch, wish) in steps)
        {
            await (wish is { } change ? bot.AdjustsAsync($"学生{person}", change, $"第{branch}支部") : DoAsync(bot, person, Deed.Study));
            await HoldsAsync(bot);
        }

        await bot.AgreesAsync();
        var period = await ReadAsync(bot);
        return string.Join('\n', period.Tree.Nodes.Select(n => $"{n.Path} {period.Figures[n.Id]}"));
    }

    /// <summary>One week from the roster to the frozen rows; whose turn it is is left to chance.</summary>
    private static async Task<string> LiveAsync(List<List<Deed>> scripts, Random chance)
    {
        await using var bot = await StartAsync();
        var left = scripts.Select((script, i) => (Person: i + 1, Deeds: new Queue<Deed>(script))).Where(s => s.Deeds.Count > 0).ToList();
        while (left.Count > 0)
        {
            bot.Clock.Now += TimeSpan.FromSeconds(1);
            var turn = left[chance.Next(left.Count)];
            await DoAsync(bot, turn.Person, turn.Deeds.Dequeue());
            left.RemoveAll(s => s.Deeds.Count == 0);
            await HoldsAsync(bot);
        }

        await bot.FreezesAsync();
        await HoldsAsync(bot);
        await bot.AgreesAsync();
        var rows = await bot.InDb(db => (
            from row in db.FrozenFigures.AsNoTracking()
            join organisation in db.Organisations on row.OrganisationId equals organisation.Id
            where organisation.Name.EndsWith("支部")
            orderby organisation.Name
            select new { organisation.Name, row.OwnMembers, row.OwnExempt, row.OwnCompleted }).ToListAsync());
        return string.Join('\n', rows.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => $"{r.Name} {r.OwnMembers} {r.OwnExempt} {r.OwnCompleted}"));
    }

    /// <summary>The same by hand: only what held at the end of the week matters.</summary>
    private static string Expected(List<List<Deed>> scripts)
    {
        var people = scripts.Select((script, i) =>
        {
            int? branch = (i % Branches) + 1;
            var (planned, aged, studied) = (false, false, false);
            foreach (var deed in script)
            {
                branch = deed switch { Deed.MoveToFirst => 1, Deed.MoveToSecond => 2, Deed.MoveToThird => 3, Deed.LeaveRoster => null, _ => branch };
                branch = deed switch { Deed.FileMovesToSecond when branch is not null => 2, Deed.HandedOverToThird when branch is not null => 3, _ => branch };
                planned = deed switch { Deed.BecomeExempt => branch is not null || planned, Deed.EndExemption => branch is null && planned, _ => planned };
                aged |= deed is (Deed.ComeOfAge or Deed.ComeOfAgeByFile) && branch is not null;
                studied |= deed == Deed.Study;
            }

            return (Branch: branch, Exempt: planned || aged, Studied: studied);
        }).ToList();
        return string.Join('\n', Enumerable.Range(1, Branches).OrderBy(b => $"第{b}支部", StringComparer.Ordinal).Select(b =>
        {
            var there = people.Where(p => p.Branch == b).ToList();
            return $"第{b}支部 {there.Count} {there.Count(p => p.Exempt)} {there.Count(p => p.Studied && !p.Exempt)}";
        }));
    }

    private static async Task<BotUnderTest> StartAsync()
    {
        var bot = await BotUnderTest.StartAsync();
        var rows = Enumerable.Range(1, People).Select(n => $"示例市/示例县/第{((n - 1) % Branches) + 1}支部,支部,学生{n},2009-01-0{n},,M{n},团员");
        await bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n" + string.Join('\n', rows));
        await bot.Given(LessonGiven.Open("9-2"));
        await bot.InDb(async db =>
        {
            foreach (var person in await db.People.ToListAsync())
            {
                db.Add(new Account { PersonId = person.Id, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes(person.Id), OpenIdSealed = [] });
            }

            await db.SaveChangesAsync();
        });
        return bot;
    }

    private static async Task DoAsync(BotUnderTest bot, int number, Deed deed)
    {
        var person = await bot.PersonAsync($"学生{number}");
        switch (deed)
        {
            case Deed.Study:
                await StudyAsync(bot, person);
                break;
            case Deed.MoveToFirst or Deed.MoveToSecond or Deed.MoveToThird:
                await MoveAsync(bot, person, await bot.OrganisationAsync($"第{deed - Deed.MoveToFirst + 1}支部"));
                break;
            case Deed.LeaveRoster:
                await MoveAsync(bot, person, null);
                break;
            case Deed.BecomeExempt:
                await ExemptAsync(bot, person);
                break;
            case Deed.EndExemption:
                await EndAsync(bot, person);
                break;
            case Deed.ComeOfAge:
                await AgeAsync(bot, person);
                break;
            case Deed.ComeOfAgeByFile:
                await FileAsync(bot, number, person, null, new DateOnly(1995, 1, 1));
                break;
            case Deed.FileMovesToSecond:
                await FileAsync(bot, number, person, "第2支部", null);
                break;
            case Deed.HandedOverToThird:
                await HandOverAsync(bot, number, person, await bot.OrganisationAsync("第3支部"));
                break;
            default:
                await bot.InDb(async db => await new Tallies(db).RebuildAsync(await db.Lessons.Select(l => l.Id).SingleAsync(), CancellationToken.None));
                break;
        }
    }

    private static async Task StudyAsync(BotUnderTest bot, int person)
    {
        var lesson = await bot.InDb(db => db.Lessons.Select(l => l.Id).SingleAsync());
        var (now, closes) = (bot.Clock.GetUtcNow(), FigureSteps.Closes);
        var completion = new NewCompletion(lesson, person, now, now < closes ? now : closes.AddMilliseconds(-1), now >= closes, RandomNumberGenerator.GetHexString(16));
        await bot.Services.GetRequiredService<WriteQueue>().WriteAsync(bot.Services.GetRequiredService<CompletionWriter>(), completion, CancellationToken.None);
    }

    /// <summary>Null: off the roster.</summary>
    internal static Task MoveAsync(BotUnderTest bot, int person, int? to) => bot.DoAsync<MemberMoves, int>(async moves =>
    {
        await bot.InDb(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Standings.LockPersonAsync(db, person, CancellationToken.None);
            if (to is { } organisation)
            {
                await moves.PlaceAsync(db, person, organisation, PersonCategory.Member, null, "li", bot.Clock.GetUtcNow(), CancellationToken.None);
            }
            else if (await db.Memberships.Where(m => m.PersonId == person && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync() is { } from)
            {
                await moves.LeaveAsync(db, person, from, bot.Clock.GetUtcNow(), CancellationToken.None);
            }

            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        });
        return 0;
    });

    private static async Task ExemptAsync(BotUnderTest bot, int person)
    {
        if (await BranchAsync(bot, person) is { } branch)
        {
            await bot.DoAsync<Exemptions, Result<ExemptionPlan>>(e => e.AddAsync(branch, [branch], person, "military", ChinaTime.DateOf(bot.Clock.Now), null, "li", CancellationToken.None));
        }
    }

    private static async Task EndAsync(BotUnderTest bot, int person)
    {
        if (await BranchAsync(bot, person) is { } branch && await bot.InDb(db => db.ExemptionPlans.Where(p => p.PersonId == person && p.ClosedAt == null).Select(p => (int?)p.Id).FirstOrDefaultAsync()) is { } plan)
        {
            await bot.DoAsync<Exemptions, Result<bool>>(e => e.EndAsync(plan, [branch], "li", CancellationToken.None));
        }
    }

    /// <summary>The birth date was missing until today; the look for those who are 28 comes by.</summary>
    private static async Task AgeAsync(BotUnderTest bot, int person)
    {
        if (await BranchAsync(bot, person) is null)
        {
            return;
        }

        await bot.InDb(async db =>
        {
            await db.People.Where(p => p.Id == person).ExecuteUpdateAsync(set => set.SetProperty(p => p.BirthDate, new DateOnly(1995, 1, 1)));
            await db.InstallationFacts.Where(f => f.Name == "exemptions.aged-on").ExecuteDeleteAsync();
        });
        await bot.FreezeAsync();
    }

    /// <summary>A roster file of one row, for whoever is on the roster.</summary>
    private static async Task FileAsync(BotUnderTest bot, int number, int person, string? to, DateOnly? born)
    {
        if (await BranchAsync(bot, person) is { } branch)
        {
            var stands = await bot.InDb(db => (from p in db.People where p.Id == person from o in db.Organisations where o.Id == branch select new { p.BirthDate, o.Name }).SingleAsync());
            var imported = await bot.ImportAsync($"组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/示例县/{to ?? stands.Name},支部,学生{number},{born ?? stands.BirthDate:yyyy-MM-dd},,M{number},团员\n");
            Assert.Equal((0, 0, 0), (imported.Faults.Count, imported.Ambiguous, imported.PeopleNew));
        }
    }

    /// <summary>Released by the one branch, accepted by the other.</summary>
    private static async Task HandOverAsync(BotUnderTest bot, int number, int person, int to)
    {
        if (await BranchAsync(bot, person) is { } from && from != to)
        {
            var (transfer, refusal) = await bot.ReleaseAsync($"学生{number}", from, to, from);
            Assert.Null(refusal);
            Assert.Null(await bot.AcceptAsync(transfer, to));
        }
    }

    private static Task<int?> BranchAsync(BotUnderTest bot, int person)
        => bot.InDb(db => db.Memberships.Where(m => m.PersonId == person && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync());

    /// <summary>Every rate between 0 and 1; children, and what an organisation has itself, sum to the whole.</summary>
    private static async Task HoldsAsync(BotUnderTest bot)
    {
        var period = await ReadAsync(bot);
        foreach (var node in period.Tree.Nodes)
        {
            var figure = period.Figures[node.Id];
            Assert.True(figure is { Members: >= 0, Exempt: >= 0, Completed: >= 0 } && figure.Exempt <= figure.Members && figure.Completed <= figure.Members - figure.Exempt, $"{node.Path}: {figure}");
            Assert.InRange(figure.Rate ?? 0, 0, 1);
            var below = period.Tree.Children(node).Aggregate(default(Figure), (sum, child) => sum + period.Figures[child.Id]);
            var own = figure - below;
            Assert.True(node.End == node.Index + 1 || own is { Members: 0, Exempt: 0, Completed: 0, Late: 0 }, $"{node.Path} has more than the branches below it: {own}");

            // The secretary's matrix adds up to the figure that everybody sees.
            var sheet = await bot.DoAsync<StudyMatrix, StudySheet?>(async m => await m.ReadAsync(new Viewer("secretary:1", null, [node.Id], [node.Id]), node.Id, [await LessonAsync(bot)], default));
            var count = Assert.Single(sheet!.Periods);
            Assert.Equal((own.Members, own.Exempt, own.Completed, own.Late), (count.Members, count.Exempt, count.Studied, count.Late));
        }
    }

    private static async Task<PublishedLesson> LessonAsync(BotUnderTest bot) => (await bot.Services.GetRequiredService<LessonShelf>().FindAsync(new LessonId(9, 2), default))!;

    private static Task<PeriodFigures> ReadAsync(BotUnderTest bot) => bot.DoAsync<Figures, PeriodFigures>(async figures => await figures.ReadAsync(await LessonAsync(bot), default));
}
