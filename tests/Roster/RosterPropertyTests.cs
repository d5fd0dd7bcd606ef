using System.Globalization;
using Bot.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>What holds for any file whose people can be told apart.</summary>
public sealed class RosterPropertyTests
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务\n";

    private const int PathAt = 0;
    private const int NumberAt = 5;
    private const int IdAt = 7;

    private static readonly string[] Categories = ["团员", "青年", "党员"];

    [Fact]
    public async Task A_second_import_changes_nothing_and_any_split_into_two_gives_the_same_people()
    {
        foreach (var seed in Enumerable.Range(1, 6))
        {
            var rows = Gen.Sample(Gen.ListOf(Row(), 25), seed % 2 == 0 ? 10 : 40, new Rnd((ulong)seed, 7), 1).First().DistinctBy(Identity).DistinctBy(Told(IdAt)).DistinctBy(Told(NumberAt)).ToList();
            Assert.Contains(rows, r => r.Split(',')[NumberAt] != "" && r.Split(',')[IdAt] == "");
            await using var whole = await BotUnderTest.StartAsync();
            await using var split = await BotUnderTest.StartAsync();

            var first = await whole.ImportAsync(Header + string.Concat(rows));
            Assert.Equal((0, 0), (first.Faults.Count, first.Ambiguous));
            var stored = await PeopleAsync(whole);
            var again = await whole.ImportAsync(Header + string.Concat(rows));
            await split.ImportAsync(Header + string.Concat(rows.Where((_, n) => (n * seed) % 3 == 0)));
            await split.ImportAsync(Header + string.Concat(rows.Where((_, n) => (n * seed) % 3 != 0)) + "示例市,,,,,,,,\n");

            Assert.Equal((0, 0, rows.Count), (again.PeopleNew, again.PeopleChanged, again.PeopleUnchanged));
            Assert.Equal(stored, await PeopleAsync(whole));
            Assert.Equal(stored, await PeopleAsync(split));
        }
    }

    [Fact]
    public async Task Whoever_has_a_number_or_a_stable_id_is_found_by_it_in_any_other_branch()
    {
        foreach (var seed in Enumerable.Range(1, 4))
        {
            var rows = Gen.Sample(Gen.ListOf(Row(), 25), 20, new Rnd((ulong)seed, 11), 1).First().DistinctBy(Identity).DistinctBy(Told(IdAt)).DistinctBy(Told(NumberAt)).ToList();
            var moved = rows.Where(r => r.Split(',') is var told && (told[IdAt] != "" || told[NumberAt] != ""))
                .Select(r => string.Join(',', r.Split(',').Select((cell, at) => at == PathAt ? cell.Replace("支部", "新支部", StringComparison.Ordinal) : cell))).ToList();
            await using var bot = await BotUnderTest.StartAsync();
            await bot.ImportAsync(Header + string.Concat(rows));

            var imported = await bot.ImportAsync(Header + string.Concat(moved));

            Assert.NotEmpty(moved);
            Assert.Equal((0, moved.Count, 0), (imported.PeopleNew, imported.PeopleMoved, imported.Ambiguous));
            Assert.Equal(rows.Count, await bot.InDb(db => db.People.CountAsync()));
            await bot.AssertConsistentAsync();
        }
    }

    /// <summary>Few names, dates and branches, so that they meet; who has no number is told apart by the rest.</summary>
    private static Gen<string> Row() =>
        from branch in Gen.Choose(1, 3)
        from name in Gen.Choose(1, 4)
        from day in Gen.Choose(1, 9)
        from id in Gen.Choose(0, 40)
        from number in Gen.Choose(0, 40)
        from category in Gen.Elements(Categories)
        select string.Create(CultureInfo.InvariantCulture, $"示例市/支部{branch},,学生{name},2008-05-0{day},,{(number < 20 ? "" : $"N{number}")},{category},{(id < 20 ? "" : $"P{id}")},\n");

    /// <summary>The stable id, else name, birth date and branch; somebody with an id and somebody without must differ in these, too.</summary>
    private static string Identity(string row) => string.Join(',', row.Split(',')[..4]);

    /// <summary>What tells somebody apart in one column; who has nothing there is nobody else.</summary>
    private static Func<string, string> Told(int column) => row => row.Split(',')[column] is { Length: > 0 } told ? told : row;

    private static Task<string> PeopleAsync(BotUnderTest bot) => bot.InDb(async db => string.Join('\n', (await (
        from membership in db.Memberships
        where membership.Until == null
        join person in db.People on membership.PersonId equals person.Id
        join organisation in db.Organisations on membership.OrganisationId equals organisation.Id
        select $"{organisation.Name} {person.Name} {person.BirthDate} {person.MemberNumber} {person.RosterId} {membership.Category}").ToListAsync()).Order(StringComparer.Ordinal)));
}
