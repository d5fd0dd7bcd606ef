using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Privacy;

/// <summary>Somebody without numbers who had everything deleted, in rosters that come after the branch, or the person, has moved.</summary>
public sealed class ErasedAndMovedTests : IAsyncLifetime
{
    private const string Header = "组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n";
    private const string Row = ",支部,学生003,2008-05-03,,,团员\n";

    private BotUnderTest _bot = null!;

    public async ValueTask InitializeAsync()
    {
        _bot = await BotUnderTest.StartAsync();
        await _bot.ImportAsync($"{Header}示例市/一班,支部,学生003,2008-05-03,13800000003,,团员\n示例市/二班,支部,学生004,,,N4,团员\n示例市/三班,支部,学生005,,,N5,团员\n");
    }

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task After_mergers_the_next_roster_finds_the_nameless_row_under_every_name_of_the_branch()
    {
        await EraseAsync("一班");
        await MergeAsync("一班", "二班");
        Assert.Equal((0, 1), await ImportAsync("二班"));
        await MergeAsync("二班", "三班");

        Assert.Equal((0, 1), await ImportAsync("三班"));
        Assert.Equal((0, 1), await ImportAsync("二班"));
        Assert.Equal((0, 1), await ImportAsync("一班"));
        Assert.False(await _bot.InDb(db => db.People.AnyAsync(p => p.Name == "学生003")));
    }

    [Fact]
    public async Task After_a_transfer_the_next_roster_of_the_new_branch_finds_the_nameless_row()
    {
        var (first, second) = (await _bot.OrganisationAsync("一班"), await _bot.OrganisationAsync("二班"));
        var (transfer, _) = await _bot.ReleaseAsync("学生003", first, second, first);
        Assert.Null(await _bot.AcceptAsync(transfer, second));
        await EraseAsync("二班");

        Assert.Equal((0, 1), await ImportAsync("二班"));
        await MergeAsync("二班", "三班");

        Assert.Equal((0, 1), await ImportAsync("三班"));
    }

    [Fact]
    public async Task A_branch_that_nothing_was_merged_into_has_a_namesake_of_its_own()
    {
        await EraseAsync("一班");
        await MergeAsync("一班", "二班");

        Assert.Equal((1, 0), await ImportAsync("三班"));
    }

    [Fact]
    public async Task A_namesake_who_is_there_with_a_name_is_not_mistaken_for_the_deleted_person()
    {
        await EraseAsync("一班");
        await _bot.ImportAsync(Header + "示例市/二班" + Row);
        await MergeAsync("一班", "二班");

        var imported = await _bot.ImportAsync(Header + "示例市/二班" + Row);

        Assert.Equal((0, 0, 1), (imported.PeopleNew, imported.PeopleErased, imported.Ambiguous));
        Assert.Equal(RosterFaults.SeveralFit, await _bot.InDb(db => db.RosterDoubts.Select(d => d.Reason).SingleAsync()));
    }

    private async Task EraseAsync(string branch)
    {
        var code = await _bot.InDb(db => db.Organisations.Where(o => o.Name == branch).Select(o => o.JoinCode).SingleAsync());
        Assert.Contains("绑定好了", await _bot.SayAsync("o3", $"绑定 {code} 学生003 0003", "同意"), StringComparison.Ordinal);
        Assert.Contains("全部删除", await _bot.SayAsync("o3", "隐私 删除", "确认删除"), StringComparison.Ordinal);
        Assert.False(await _bot.InDb(db => db.People.AnyAsync(p => p.Name == "学生003")));
    }

    private async Task MergeAsync(string branch, string into)
    {
        var (id, heir) = (await _bot.OrganisationAsync(branch), await _bot.OrganisationAsync(into));
        Assert.False((await _bot.DoAsync<Mergers, Result<bool>>(m => m.MergeAsync(id, heir, new Reorganiser("operator", null), CancellationToken.None))).IsRefused(out _));
        _bot.Clock.Now += TimeSpan.FromMinutes(1);
    }

    /// <summary>The next roster, with the deleted person under this name of the branch.</summary>
    private async Task<(int New, int Erased)> ImportAsync(string branch)
        => await _bot.ImportAsync($"{Header}示例市/{branch}{Row}") is var imported ? (imported.PeopleNew, imported.PeopleErased) : default;
}
