using System.Globalization;
using System.Text;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>Rows that say what is stored already are not staged: nobody may notice but by the clock.</summary>
public sealed class RosterKnownTests
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识,职务";
    private const int People = 240;
    private const int Rounds = 24;

    [Fact]
    public async Task Whatever_changes_in_a_file_the_outcome_is_that_of_staging_every_row()
    {
        await using var quick = await BotUnderTest.StartAsync();
        await using var thorough = await BotUnderTest.StartAsync();
        var random = new Random(20261121);
        var rows = Enumerable.Range(0, People).Select(n => Row(n, random)).ToList();
        await quick.ImportAsync(Csv(rows));
        await thorough.ImportAsync(Csv(rows));
        var (left, refused, asked) = (0, 0, 0);

        for (var round = 0; round < Rounds; round++)
        {
            var file = Csv(Change(rows, random, round));
            var (expected, none) = await ImportAsync(thorough, file, everyRow: true);
            var (seen, some) = await ImportAsync(quick, file, everyRow: false);

            Assert.Equal(0, none);
            Assert.Equal(expected with { Faults = seen.Faults }, seen);
            Assert.Equal(Told(expected.Faults), Told(seen.Faults));
            Assert.Equal(await StoredAsync(thorough), await StoredAsync(quick));
            left += some;
            refused += seen.Faults.Count > 0 ? 1 : 0;
            asked += seen.Ambiguous;
        }

        Assert.True(left > Rounds * 10, $"only {left} rows were left out");
        Assert.True(refused is > 1 and < Rounds / 2, $"{refused} files were refused");
        Assert.True(asked > 5, $"{asked} rows were doubtful");
    }

    [Fact]
    public async Task After_somebody_else_imported_the_file_is_read_anew()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var random = new Random(1);
        var rows = Enumerable.Range(0, People).Select(n => Row(n, random)).ToList();
        await bot.ImportAsync(Csv(rows));
        await using var session = await bot.DoAsync<RosterImport, RosterSession>(import => import.ReadAsync(Reader(Csv(rows)), new RosterOrder("operator", "roster.csv"), null, default));
        Assert.True(session.Skipped > 0);
        rows[^1][0] = "示例市/支部9";
        await bot.ImportAsync(Csv(rows));

        await bot.DoAsync<RosterSlot, bool>(async slot =>
        {
            var run = await slot.BeginAsync(new RosterOrder("operator", "roster.csv"), default);
            await bot.DoAsync<RosterImport, bool>(async import =>
            {
                await import.StoreAsync(session, run, null, default);
                return true;
            });
            return true;
        });

        Assert.Equal(1, session.Result.PeopleMoved);
    }

    [Fact]
    public async Task Whoever_had_data_deleted_is_not_left_out()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var random = new Random(2);
        var rows = Enumerable.Range(0, People).Select(n => Row(n, random)).ToList();
        await bot.ImportAsync(Csv(rows));
        await bot.DoAsync<Erasure, bool>(async erasure => (await erasure.EraseMemberAsync(rows.Last(r => r[5].Length > 0)[5], "operator", default)).IsRefused(out _));

        var again = await bot.ImportAsync(Csv(rows));

        Assert.Equal((0, 0, People, 1), (again.PeopleNew, again.PeopleChanged, again.PeopleUnchanged, again.PeopleErased));
    }

    private static Task<(RosterImported Result, int Skipped)> ImportAsync(BotUnderTest bot, string csv, bool everyRow)
        => bot.DoAsync<RosterImport, (RosterImported, int)>(async import =>
        {
            var branches = await bot.InDb(db => db.Organisations.Where(o => o.ParentId != null).Select(o => o.Id).ToListAsync());
            var order = new RosterOrder("operator", "roster.csv", everyRow ? branches : null); // where there is somewhere outside, every row is looked at
            int skipped;
            await using (var session = await import.ReadAsync(Reader(csv), order, null, default))
            {
                skipped = session.Skipped;
            }

            return (await import.RunAsync(Reader(csv), order, dryRun: false, null, default), skipped);
        });

    private static RosterReader Reader(string csv) => new(new MemoryStream(Encoding.UTF8.GetBytes(csv)), new DateOnly(2026, 11, 21));

    private static string[] Row(int n, Random random) =>
    [
        $"示例市/支部{n % 5}", "", $"学生{random.Next(90):000}", $"2008-05-{1 + random.Next(9):00}", random.Next(3) == 0 ? "" : $"138{n:00000000}",
        random.Next(4) == 0 ? "" : $"20{n:0000000000}", random.Next(5) == 0 ? "青年" : "团员", $"P{n}", random.Next(9) == 0 ? "委员" : "",
    ];

    /// <summary>The rows as a tired hand changes them; those that stay are what the next file begins from.</summary>
    private static List<string[]> Change(List<string[]> rows, Random random, int round)
    {
        var file = new List<string[]>();
        for (var n = 0; n < rows.Count; n++)
        {
            var row = (string[])rows[n].Clone();
            switch (n < 110 ? -1 : random.Next(40))
            {
                case 0 when row[4].Length > 0: rows[n][4] = row[4] = $"139{random.Next(9999):0000}{row[4][7..]}"; break;
                case 1: rows[n][0] = row[0] = $"示例市/支部{random.Next(5)}"; break;
                case 2: row[7] = ""; break;
                case 3: row[5] = ""; break;
                case 4: row[4] = row[8] = ""; break;
                case 5: rows[n][2] = row[2] = row[2] + " "; break;
                case 6: rows[n][2] = row[2] = row[2].Replace("学生", "学　生", StringComparison.Ordinal); break;
                case 7: row[5] = row[7] = ""; break;
                case 8: rows[n][6] = row[6] = row[6] == "团员" ? "青年" : "团员"; break;
                case 9: file.Add([row[0], "", row[2], random.Next(2) == 0 ? "" : row[3], "", "", row[6], "", ""]); break;
                case 10: file.Add([row[0], "", row[2], row[3], "", "", row[6], $"N{round}-{n}", ""]); break;
                case 11 when round % 6 == 0: file.Add(row); break;
                case 12 when round % 6 == 1: row[5] = rows[random.Next(110)][5]; break;
                case 13: continue;
                default: break;
            }

            file.Add(row);
        }

        return file;
    }

    private static string Csv(IEnumerable<string[]> rows) => string.Join('\n', rows.Select(r => string.Join(',', r)).Prepend(Header)) + "\n";

    private static IEnumerable<string> Told(RosterFaultList faults) => faults.First.Select(f => $"{f.Line} {f.Column} {f.Code} {string.Join(' ', f.Values.Select(v => v.Value))}");

    private static async Task<string> StoredAsync(BotUnderTest bot)
    {
        var rows = await bot.InDb(async db => await (
            from membership in db.Memberships
            join person in db.People on membership.PersonId equals person.Id
            join organisation in db.Organisations on membership.OrganisationId equals organisation.Id
            select new { person.Id, person.Name, person.BirthDate, person.PhoneSealed, person.MemberNumber, person.RosterId, organisation.NameKey, membership.Category, membership.Duty, Ended = membership.Until != null })
            .ToListAsync());
        var phones = await bot.DoAsync<Vault, Dictionary<int, string>>(vault => Task.FromResult(
            rows.Where(r => r.PhoneSealed != null).DistinctBy(r => r.Id).ToDictionary(r => r.Id, r => vault.Open(r.PhoneSealed!))));
        var doubts = await bot.InDb(db => db.RosterDoubts.CountAsync());
        return string.Join('\n', rows
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Name} {r.BirthDate} {phones.GetValueOrDefault(r.Id)} {r.MemberNumber} {r.RosterId} {r.NameKey} {r.Category} {r.Duty} {r.Ended}"))
            .Order(StringComparer.Ordinal).Append($"{doubts} doubts"));
    }
}
