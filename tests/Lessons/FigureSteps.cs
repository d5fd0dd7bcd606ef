using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Jobs.Lessons;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Lessons;

/// <summary>What tests of figures do again and again.</summary>
internal static class FigureSteps
{
    /// <summary>Closing of the lessons that tests give, see <see cref="LessonGiven"/>.</summary>
    public static readonly DateTimeOffset Closes = new(2026, 11, 23, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Runs the job as it runs every minute.</summary>
    public static async Task FreezeAsync(this BotUnderTest bot)
    {
        await using var scope = bot.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<FreezeFigures>(scope.ServiceProvider).Execute(null!, CancellationToken.None);
    }

    /// <summary>Lets the lesson close and its grace pass, then runs the job.</summary>
    public static Task FreezesAsync(this BotUnderTest bot)
    {
        bot.Clock.Now = Closes + Freezes.After;
        return bot.FreezeAsync();
    }

    public static async Task JoinsAsync(this BotUnderTest bot, string openId, string name, string number, string branch)
    {
        var code = await bot.InDb(db => db.Organisations.Where(o => o.Name == branch).Select(o => o.JoinCode).SingleAsync());
        await bot.Phone(openId).Sends($"绑定 {code} {name} {number}");
        Assert.Contains("绑定好了", (await bot.Phone(openId).Sends("同意")).Text, StringComparison.Ordinal);
    }

    public static async Task<Outcome> StudiesAsync(this BotUnderTest bot, string openId, string lesson = "9-2")
    {
        var learner = await bot.Phone(openId).Opens("我的");
        learner.Lesson = lesson;
        return await (await learner.StudiesFor(60)).Finishes();
    }

    /// <returns>The line of an organisation: members, exempt, completed, late, visitors, rate.</returns>
    public static async Task<string> ShowsAsync(this BotUnderTest bot, string path, string period = "9-2")
    {
        var ran = await bot.RunAsync("tally", "show", "--period", period, "--under", path);
        Assert.True(ran.Code == 0, ran.Error);
        return ran.Out.Split('\n')[1].Trim()[(path.Length + 1)..];
    }

    /// <summary>Counters equal a recount from the rows, and frozen figures with their adjustments do.</summary>
    public static async Task AgreesAsync(this BotUnderTest bot)
    {
        var said = (await bot.RunAsync("tally", "rebuild")).Out;
        Assert.False(said.Contains("corrected", StringComparison.Ordinal) || said.Contains("differ", StringComparison.Ordinal), said);
        await bot.InDb(async db =>
        {
            var kept = await db.Headcounts.AsNoTracking().Where(h => h.Members != 0 || h.Exempt != 0).OrderBy(h => h.OrganisationId).ToListAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await Headcounts.RecountAsync(db, CancellationToken.None);
            var counted = await db.Headcounts.AsNoTracking().Where(h => h.Members != 0 || h.Exempt != 0).OrderBy(h => h.OrganisationId).ToListAsync();
            Assert.Equal(counted.Select(h => (h.OrganisationId, h.Members, h.Exempt)), kept.Select(h => (h.OrganisationId, h.Members, h.Exempt)));
            var stood = await StandsAsync();
            await bot.Services.GetRequiredService<Standings>().RefreshAllAsync(db, CancellationToken.None);
            Assert.Equal(await StandsAsync(), stood);

            Task<List<string>> StandsAsync() => db.Completions.AsNoTracking().OrderBy(c => c.Id).Select(c => c.Id + ":" + c.OrganisationId + ":" + c.Standing).ToListAsync();
        });
    }

    public static Task<int> PersonAsync(this BotUnderTest bot, string name) => bot.InDb(db => db.People.Where(p => p.Name == name).Select(p => p.Id).SingleAsync());

    public static Task<int> OrganisationAsync(this BotUnderTest bot, string name) => bot.InDb(db => db.Organisations.Where(o => o.Name == name).Select(o => o.Id).SingleAsync());

    /// <summary>A completion on its last way, however long it had to wait for the writer.</summary>
    /// <param name="finished">The instant at which the attempt ended.</param>
    public static Task<StoredCompletion?> WritesAsync(this BotUnderTest bot, int lesson, int person, DateTimeOffset finished, int racer = 1)
        => bot.DoAsync<WriteQueue, StoredCompletion?>(queue => bot.DoAsync<CompletionWriter, StoredCompletion?>(
            writer => queue.WriteAsync(writer, new NewCompletion(lesson, person, finished, finished, false, $"RECEIPT{racer:000000000}"), CancellationToken.None)));

    /// <summary>Enters 免学 as the branch's secretary.</summary>
    /// <returns>Why not, or null.</returns>
    public static async Task<string?> ExemptsAsync(this BotUnderTest bot, string name, string branch, DateOnly from, DateOnly? to, string reason = "military")
    {
        var (organisation, person) = (await bot.OrganisationAsync(branch), await bot.PersonAsync(name));
        var result = await bot.DoAsync<Exemptions, Result<ExemptionPlan>>(e => e.AddAsync(organisation, [organisation], person, reason, from, to, "secretary:1", CancellationToken.None));
        return result.IsRefused(out var refusal) ? refusal.Code : null;
    }

    /// <summary>Ends the only 免学 of somebody as the branch's secretary.</summary>
    public static async Task EndsExemptionAsync(this BotUnderTest bot, string name, string branch)
    {
        var (organisation, person) = (await bot.OrganisationAsync(branch), await bot.PersonAsync(name));
        var plan = await bot.InDb(db => db.ExemptionPlans.Where(p => p.PersonId == person && p.ClosedAt == null).Select(p => p.Id).SingleAsync());
        Assert.False((await bot.DoAsync<Exemptions, Result<bool>>(e => e.EndAsync(plan, [organisation], "secretary:1", CancellationToken.None))).IsRefused(out _));
    }

    /// <summary>Adjusts as whoever keeps every roster.</summary>
    public static async Task<string?> AdjustsAsync(this BotUnderTest bot, string name, AdjustmentWish wish, string branch, string reason = "名册登记有误", string? lesson = null)
    {
        var (person, organisation) = (await bot.PersonAsync(name), await bot.OrganisationAsync(branch));
        var all = await bot.InDb(db => db.Organisations.Select(o => o.Id).ToListAsync());
        _ = LessonId.TryParse(lesson ?? "9-2", null, out var id);
        var result = await bot.DoAsync<Adjustments, Result<FigureAdjustment>>(a => a.AdjustAsync(new WishedAdjustment(id, organisation, person, wish, reason), all, "li", CancellationToken.None));
        return result.IsRefused(out var refusal) ? refusal.Code : null;
    }
}
