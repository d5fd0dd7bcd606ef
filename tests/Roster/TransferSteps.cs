using Bot.Core;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>Transfers as the pages ask for them, without the pages.</summary>
internal static class TransferSteps
{
    /// <summary>Releases somebody by whoever answers for <paramref name="top"/>.</summary>
    /// <returns>The transfer's id, or the refusal.</returns>
    public static async Task<(int Id, Refusal? Refusal)> ReleaseAsync(this BotUnderTest bot, string name, int from, int? to, int top, DateOnly? deadline = null)
    {
        var person = await bot.PersonAsync(name);
        var refusal = await bot.DoAsync<Transfers, Refusal?>(async t =>
            (await t.ReleaseAsync(new NewTransfers(from, [person], to, TransferKind.ToSociety, deadline), [top], "s", CancellationToken.None)).IsRefused(out var no) ? no : null);
        return (await bot.InDb(db => db.Transfers.Where(t => t.PersonId == person && t.EndedAt == null).Select(t => t.Id).SingleOrDefaultAsync()), refusal);
    }

    public static Task<Refusal?> AcceptAsync(this BotUnderTest bot, int id, int top)
        => bot.DoAsync<TransferAnswers, Refusal?>(async t => (await t.AcceptAsync(id, [top], "s", CancellationToken.None)).IsRefused(out var refusal) ? refusal : null);

    public static Task<Refusal?> RefuseAsync(this BotUnderTest bot, int id, TransferReason reason, int top)
        => bot.DoAsync<TransferAnswers, Refusal?>(async t => (await t.RefuseAsync(id, reason, [top], "s", CancellationToken.None)).IsRefused(out var refusal) ? refusal : null);

    public static Task<Refusal?> DecideAsync(this BotUnderTest bot, Func<Transfers, Task<Result<bool>>> decide)
        => bot.DoAsync<Transfers, Refusal?>(async t => (await decide(t)).IsRefused(out var refusal) ? refusal : null);

    public static Task<int> PersonAsync(this BotUnderTest bot, string name) => bot.InDb(db => db.People.Where(p => p.Name == name).Select(p => p.Id).SingleAsync());

    public static async Task StudiesAsync(this Phone phone, string lesson)
    {
        var learner = await phone.Opens("学习");
        learner.Lesson = lesson;
        learner.Ticket = "";
        await learner.StudiesFor(60);
        Assert.NotEmpty((await learner.Finishes()).Receipt);
    }

    /// <summary>The organisation to which somebody belongs now.</summary>
    public static Task<int> PlaceAsync(this BotUnderTest bot, string name) => bot.InDb(db => (
        from membership in db.Memberships
        where membership.Until == null
        join person in db.People on membership.PersonId equals person.Id
        where person.Name == name
        select membership.OrganisationId).SingleAsync());

    public static Task<int> OrganisationAsync(this BotUnderTest bot, string name)
        => bot.InDb(db => db.Organisations.Where(o => o.Name == name && o.ClosedAt == null).Select(o => o.Id).SingleAsync());

    /// <summary>What must hold whatever has happened.</summary>
    public static Task AssertConsistentAsync(this BotUnderTest bot) => bot.InDb(async db =>
    {
        var now = bot.Clock.Now;
        var current = await db.Memberships.AsNoTracking().Where(m => m.Until == null).ToListAsync();
        Assert.Equal(current.Count, current.DistinctBy(m => m.PersonId).Count());
        Assert.All(await db.Memberships.AsNoTracking().Where(m => m.Until != null).ToListAsync(), m => Assert.True(m.Since <= m.Until));
        var closed = await db.Organisations.Where(o => o.ClosedAt != null).Select(o => o.Id).ToListAsync();
        Assert.DoesNotContain(current, m => closed.Contains(m.OrganisationId));

        var counted = (await db.Headcounts.AsNoTracking().ToListAsync()).Where(h => h.Members != 0 || h.Exempt != 0).OrderBy(h => h.OrganisationId).Select(h => (h.OrganisationId, h.Members, h.Exempt));
        var exempt = (await db.Exemptions.Where(e => e.Until == null).Select(e => e.PersonId).ToListAsync()).ToHashSet();
        var recounted = current.Where(m => m.Category == PersonCategory.Member).GroupBy(m => m.OrganisationId).OrderBy(g => g.Key).Select(g => (g.Key, g.Count(), g.Count(m => exempt.Contains(m.PersonId))));
        Assert.Equal(recounted, counted);

        var open = await db.Lessons.AsNoTracking().Where(l => l.ClosesAt > now).Select(l => l.Id).ToListAsync();
        var completions = await db.Completions.AsNoTracking().Where(c => open.Contains(c.LessonId)).ToListAsync();
        Assert.All(
            completions.Where(c => current.Exists(m => m.PersonId == c.PersonId && m.Category == PersonCategory.Member)),
            c => Assert.Equal((current.Single(m => m.PersonId == c.PersonId).OrganisationId, Core.Lessons.Standing.Member), (c.OrganisationId, c.Standing)));
        var tallies = (await db.Tallies.AsNoTracking().Where(t => open.Contains(t.LessonId)).ToListAsync()).Where(t => t.Completed + t.Late + t.Visitors != 0)
            .OrderBy(t => (t.LessonId, t.OrganisationId)).Select(t => (t.LessonId, t.OrganisationId, t.Completed, t.Visitors));
        var retold = completions.GroupBy(c => (c.LessonId, c.OrganisationId)).OrderBy(g => g.Key)
            .Select(g => (g.Key.LessonId, g.Key.OrganisationId, g.Count(c => c.Standing == Core.Lessons.Standing.Member), g.Count(c => c.Standing == Core.Lessons.Standing.Visitor)));
        Assert.Equal(retold, tallies);

        var organisations = await db.Organisations.AsNoTracking().ToDictionaryAsync(o => o.Id, o => o.ParentId);
        var closure = organisations.Keys.SelectMany(id => Up(id).Select((above, distance) => (id, above, distance))).Order();
        Assert.Equal(closure, (await db.OrganisationAncestors.AsNoTracking().ToListAsync()).Select(a => (a.OrganisationId, a.AncestorId, a.Distance)).Order());

        var transfers = await db.Transfers.AsNoTracking().Where(t => t.EndedAt == null).ToListAsync();
        Assert.All(transfers, t => Assert.Equal(t.FromId, current.Single(m => m.PersonId == t.PersonId).OrganisationId));
        Assert.All(transfers, t => Assert.True(t.ToId is not { } to || (to != t.FromId && !closed.Contains(to))));

        IEnumerable<int> Up(int? id)
        {
            for (; id is { } at; id = organisations[at])
            {
                yield return at;
            }
        }
    });
}
