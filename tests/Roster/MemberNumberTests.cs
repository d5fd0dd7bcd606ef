using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>One member number, given by hand and by a file, or by many hands, at the same time.</summary>
public sealed class MemberNumberTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别,人员标识\n";

    private const int Racers = 20;

    private BotUnderTest _bot = null!;
    private int _branch;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync(Header + string.Concat(Enumerable.Range(1, Racers).Select(n => $"示例市/一班,,学生{n:000},2008-05-{n:00},,N{n},团员,P{n}\n")));
        _branch = await _bot.OrganisationAsync("一班");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task A_number_given_by_hand_while_a_file_brings_it_for_somebody_new_is_asked_about_and_never_two_peoples()
    {
        var (request, given) = (await RequestAsync(1), new List<Refusal?>());

        var imported = await _bot.ImportAsync(Header + "示例市/一班,,学生030,2008-06-01,,N50,团员,\n", progress: WhileStoring(() => given.Add(GiveAsync(request, 1, "N50").Result)));

        Assert.Equal([null], given); // whom the file has written ahead nobody can know of
        Assert.Equal((0, 1), (imported.PeopleNew, imported.Ambiguous));
        Assert.Equal(["学生001"], await HoldersAsync("N50"));
        Assert.Equal(Racers, await _bot.InDb(db => db.People.CountAsync()));
    }

    [Fact]
    public async Task The_same_of_somebody_who_is_there_and_shall_get_it_from_the_file()
    {
        var (request, given) = (await RequestAsync(1), new List<Refusal?>());

        // The second row makes that something is written ahead.
        var imported = await _bot.ImportAsync(
            Header + "示例市/一班,,学生002,2008-05-02,,N50,团员,P2\n示例市/一班,,学生031,2008-06-01,,N51,团员,\n", progress: WhileStoring(() => given.Add(GiveAsync(request, 1, "N50").Result)));

        Assert.Equal([null], given);
        Assert.Equal((1, 1), (imported.PeopleNew, imported.Ambiguous));
        Assert.Equal(["学生001"], await HoldersAsync("N50"));
        Assert.Equal(["学生002"], await HoldersAsync("N2"));
    }

    [Fact]
    public async Task What_was_given_by_hand_before_the_file_was_compared_holds_up_nothing()
    {
        Assert.Null(await GiveAsync(await RequestAsync(1), 1, "N50"));

        var imported = await _bot.ImportAsync(Header + "示例市/一班,,学生001,2008-05-01,,N50,团员,P1\n示例市/一班,,学生031,2008-06-01,,N51,团员,\n");

        Assert.Equal((1, 0, 1), (imported.PeopleNew, imported.Ambiguous, imported.PeopleUnchanged));
    }

    [Fact]
    public async Task Of_twenty_who_are_given_one_number_at_once_one_has_it()
    {
        var requests = new List<int>();
        for (var n = 1; n <= Racers; n++)
        {
            requests.Add(await RequestAsync(n));
        }

        var refused = await Task.WhenAll(requests.Select((request, n) => Task.Run(() => GiveAsync(request, n + 1, "N50"))));

        Assert.Equal(1, refused.Count(r => r is null));
        Assert.Equal(Racers - 1, refused.Count(r => r == TrayCorrections.NumberOfAnother));
        Assert.Single(await HoldersAsync("N50"));
    }

    /// <summary>The control arm: who looks for a holder without taking turns finds none.</summary>
    [Fact]
    public async Task Without_taking_turns_more_than_one_would_have_it()
    {
        var people = await _bot.InDb(db => db.People.Select(p => p.Id).ToListAsync());

        Assert.True(await LookingFirst.RaceAsync(
            _bot,
            async (db, racer) => await MemberNumbers.IsAnothersAsync(db, "N50", people[racer], CancellationToken.None) ? null : (int?)people[racer],
            (db, _, id) => db.People.Where(p => p.Id == id).ExecuteUpdateAsync(set => set.SetProperty(p => p.MemberNumber, "N50"))) > 1);
        Assert.True((await HoldersAsync("N50")).Count > 1);
    }

    /// <summary>Once, when the file's people are written ahead and not yet there.</summary>
    private Acts WhileStoring(Action act)
    {
        var done = false;
        return new Acts(() =>
        {
            if (!done && _bot.InDb(async db => await db.RosterImports.AnyAsync(i => i.PersonIds > 0 && i.CommittedAt == null) && await db.People.CountAsync() > Racers).Result)
            {
                done = true;
                act();
            }
        });
    }

    private Task<List<string?>> HoldersAsync(string number) => _bot.InDb(db => db.People.Where(p => p.MemberNumber == number).OrderBy(p => p.Id).Select(p => p.Name).ToListAsync());

    private Task<Refusal?> GiveAsync(int request, int person, string number) => _bot.DoAsync<TrayCorrections, Refusal?>(async c =>
        (await c.CloseAsync(request, [_branch], true, new EditedEntry($"学生{person:000}", new DateOnly(2008, 5, person), number, null), "s", CancellationToken.None)).IsRefused(out var refusal) ? refusal : null);

    private Task<int> RequestAsync(int n) => _bot.InDb(async db =>
    {
        var person = await db.People.Where(p => p.RosterId == $"P{n}").Select(p => p.Id).SingleAsync();
        var account = new Account { PersonId = person, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes(person), OpenIdSealed = [] };
        db.Add(account);
        await db.SaveChangesAsync();
        var request = new CorrectionRequest { AccountId = account.Id, OrganisationId = _branch, Text = "编号写错了。", At = _bot.Clock.Now, MessageKey = $"c{n}" };
        db.Add(request);
        await db.SaveChangesAsync();
        return request.Id;
    });

    private sealed class Acts(Action act) : IProgress<double>
    {
        public void Report(double value) => act();
    }
}
