using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>Whose hands each thing of the tray lies in, in a tree of chance, against the rule worked out by hand.</summary>
public sealed class TrayHandsTests
{
    private const int Organisations = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Everything_waits_with_the_own_secretary_or_with_all_above_where_none_could(int seed)
    {
        await using var bot = await BotUnderTest.StartAsync();
        var chance = new Random(seed);
        var parents = Enumerable.Range(0, Organisations).Select(i => i == 0 ? (int?)null : chance.Next(i)).ToList();
        await bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,职务\n" + string.Join('\n', Enumerable.Range(0, Organisations)
            .Select(i => $"{PathOf(i)},支部,学生{i:000},,,N{i},团员,{chance.Next(3) switch { 0 => "书记", 1 => "副书记", _ => "" }}")));
        var ids = await bot.InDb(db => db.Organisations.ToDictionaryAsync(o => o.Name, o => o.Id));
        var placed = Enumerable.Range(0, 60).Select(_ => chance.Next(Organisations)).ToList();
        await bot.InDb(db => AskAsync(db, placed, i => ids[NameOf(i)], chance));
        var able = await bot.InDb(db => db.Memberships.Where(m => m.Duty != null && db.Accounts.Any(a => a.PersonId == m.PersonId)).Select(m => m.OrganisationId).ToListAsync());

        foreach (var tops in Enumerable.Range(0, 12).Select(n => Enumerable.Range(0, 1 + (n % 3)).Select(_ => chance.Next(Organisations)).Distinct().ToList()))
        {
            var asked = tops.ConvertAll(i => ids[NameOf(i)]);
            var mine = placed.Where(i => tops.Contains(i) || (tops.Exists(t => IsUnder(i, t)) && !HasAbleSecretary(i))).Select(i => ids[NameOf(i)]).Order().ToList();
            var below = placed.Count(i => tops.Exists(t => IsUnder(i, t)));

            var items = await bot.TrayAsync([.. asked]);
            Assert.Equal(mine, items.Where(i => i.IsJoin).Select(i => i.OrganisationId!.Value).Order());
            Assert.Equal(mine, items.Where(i => !i.IsJoin).Select(i => i.OrganisationId!.Value).Order());
            Assert.Equal(2 * mine.Count, await bot.DoAsync<Tray, int>(t => t.CountAsync(asked, CancellationToken.None)));
            Assert.Equal(2 * (below - mine.Count), await bot.DoAsync<Tray, int>(t => t.CountOfOthersAsync(asked, null, CancellationToken.None)));
            Assert.Equal(mine.Count, await bot.DoAsync<RosterDoubts, int>(d => d.CountAsync(asked, CancellationToken.None)));
            Assert.Equal(below - mine.Count, await bot.DoAsync<RosterDoubts, int>(d => d.CountOfOthersAsync(asked, null, CancellationToken.None)));
            Assert.Equal(mine.Count, await bot.DoAsync<Appeals, int>(a => a.CountAsync(asked, CancellationToken.None)));
        }

        string NameOf(int i) => $"组织{i:00}";

        string PathOf(int i) => parents[i] is { } parent ? PathOf(parent) + "/" + NameOf(i) : NameOf(i);

        bool IsUnder(int? i, int top) => i is { } at && (at == top || IsUnder(parents[at], top));

        bool HasAbleSecretary(int i) => !parents.Contains(i) && able.Contains(ids[NameOf(i)]);
    }

    /// <summary>A wish to join, a correction, a doubt and an appeal in each of the places; accounts for every second person.</summary>
    private static async Task AskAsync(BotDb db, List<int> places, Func<int, int> organisation, Random chance)
    {
        var now = TestClock.Start;
        var lesson = Samples.Lesson(now);
        db.Add(lesson);
        foreach (var person in await db.People.ToListAsync())
        {
            if (chance.Next(2) == 0)
            {
                db.Add(new Account { PersonId = person.Id, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes(person.Id), OpenIdSealed = [] });
            }
        }

        var import = await db.RosterImports.Select(i => i.Id).FirstAsync();
        foreach (var (n, place) in places.Index())
        {
            var stranger = new Person();
            db.Add(stranger);
            await db.SaveChangesAsync();
            var account = new Account { PersonId = stranger.Id, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes(stranger.Id), OpenIdSealed = [] };
            db.Add(account);
            await db.SaveChangesAsync();
            db.Add(new JoinRequest { AccountId = account.Id, OrganisationId = organisation(place), Name = "学生", Number = null, Doubt = JoinDoubt.Unknown, At = now, MessageKey = $"j{n}" });
            db.Add(new CorrectionRequest { AccountId = account.Id, OrganisationId = organisation(place), Text = "x", At = now, MessageKey = $"c{n}" });
            db.Add(new RosterDoubt { ImportId = import, Line = n, OrganisationId = organisation(place), Reason = RosterFaults.SeveralFit, RowMark = BitConverter.GetBytes(n), RowSealed = [], At = now });
            db.Add(new Appeal { AccountId = account.Id, PersonId = stranger.Id, LessonId = lesson.Id, OrganisationId = organisation(place), Saw = AppealSaw.Receipt, At = now, MessageKey = $"a{n}" });
        }

        await db.SaveChangesAsync();
    }
}
