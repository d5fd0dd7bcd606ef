using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Roster;

/// <summary>Whatever happens to people and organisations, in whatever order, counters and rows agree. A failing seed repeats itself.</summary>
public sealed class MembershipHistoryTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task After_any_sequence_of_changes_memberships_counters_and_tree_agree(int seed)
    {
        await using var bot = await Desk.StartAsync();
        await bot.InDb(async db =>
        {
            db.AddRange(Samples.Lesson(bot.Clock.Now.AddHours(-1)), Samples.Lesson(bot.Clock.Now, period: 2));
            await db.SaveChangesAsync();
            var person = await db.People.FirstAsync(p => p.Name == "学生003");
            db.Add(new Exemption { PersonId = person.Id, Since = bot.Clock.Now.AddDays(-1), Reason = "other" });
            await db.SaveChangesAsync();
            await Headcounts.RecountAsync(db, default);
        });
        foreach (var (openId, branch, name, number) in new[] { ("o-1", "一支部", "学生001", "S001"), ("o-2", "一支部", "学生002", "S002"), ("o-7", "二支部", "学生007", "S007"), ("o-9", "三支部", "学生009", "S009") })
        {
            await SecretaryTests.BoundAsync(bot, openId, branch, name, number);
        }

        await bot.SayAsync("visitor", $"绑定 {await bot.InDb(db => db.Organisations.Where(o => o.Name == "一支部").Select(o => o.JoinCode).SingleAsync())} 学生999 S999", "同意");
        var random = new Random(seed);
        var done = new List<string>();
        for (var step = 0; step < Steps; step++)
        {
            bot.Clock.Now += TimeSpan.FromMinutes(random.Next(0, 3));
            done.Add(await StepAsync(bot, random, step));
            try
            {
                await bot.AssertConsistentAsync();
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, after {string.Join(" | ", done.TakeLast(12))}\n{e.Message}");
            }
        }

        Assert.InRange(done.Count(d => d.EndsWith("ok", StringComparison.Ordinal)), Steps / 4, Steps);
    }

    private static async Task<string> StepAsync(BotUnderTest bot, Random random, int step)
    {
        var open = await bot.InDb(db => db.Organisations.Where(o => o.ClosedAt == null).OrderBy(o => o.Id).Select(o => o.Id).ToListAsync());
        var members = await bot.InDb(db => db.Memberships.Where(m => m.Until == null).OrderBy(m => m.PersonId).Select(m => new { m.PersonId, m.OrganisationId }).ToListAsync());
        var waiting = await bot.InDb(db => db.Transfers.Where(t => t.EndedAt == null).OrderBy(t => t.Id).ToListAsync());
        var by = new Reorganiser("operator", null);
        var (one, other, who) = (Pick(open), Pick(open), Pick(members));
        Refusal? refusal = null;
        var what = random.Next(14);
        switch (what)
        {
            case 0 or 1 or 2:
                refusal = await bot.DoAsync<Transfers, Refusal?>(async t => (await t.ReleaseAsync(
                    new NewTransfers(who.OrganisationId, [who.PersonId], random.Next(4) == 0 ? null : other, TransferKind.Other, null), [who.OrganisationId], "s", default)).IsRefused(out var no) ? no : null);
                break;
            case 3 or 4 or 5 when waiting.Count > 0 && Pick(waiting) is { ToId: { } to } chosen:
                refusal = await bot.AcceptAsync(chosen.Id, to);
                break;
            case 6 when waiting.Count > 0 && Pick(waiting) is { ToId: { } to } chosen:
                refusal = await bot.RefuseAsync(chosen.Id, TransferReason.Other, to);
                break;
            case 7 when waiting.Count > 0 && Pick(waiting) is var chosen:
                refusal = random.Next(2) == 0
                    ? await bot.DecideAsync(t => t.WithdrawAsync(chosen.Id, [chosen.FromId], "s", default))
                    : await bot.DecideAsync(t => t.SendAsync(chosen.Id, other, null, [chosen.FromId], "s", default));
                break;
            case 8:
                refusal = await ChangeAsync<Reorganising>(bot, r => r.MoveAsync(one, other, by, default));
                break;
            case 9 when open.Count > 4:
                refusal = await ChangeAsync<Mergers>(bot, m => m.MergeAsync(one, other, by, default));
                break;
            case 10:
                refusal = await ChangeAsync<Mergers>(bot, m => m.SplitAsync(
                    new SplitAsked(who.OrganisationId, $"新{step}", OrganisationKind.Branch, random.Next(2) == 0 ? [] : [who.PersonId]), by, default));
                break;
            case 11:
                refusal = await ChangeAsync<Reorganising>(bot, r => random.Next(2) == 0 ? r.CloseAsync(one, by, default) : r.RenameAsync(one, $"改{random.Next(6)}", null, by, default));
                break;
            case 12 when await bot.InDb(db => db.Organisations.Where(o => o.ClosedAt != null).Select(o => o.Id).ToListAsync()) is { Count: > 0 } closed:
                refusal = await ChangeAsync<Reorganising>(bot, r => r.ReopenAsync(Pick(closed), by, default));
                break;
            case 13:
                var account = Pick(await bot.InDb(db => db.Accounts.OrderBy(a => a.Id).Select(a => a.PersonId).ToListAsync()));
                var lesson = Pick(await bot.InDb(db => db.Lessons.OrderBy(l => l.Id).Select(l => l.Id).ToListAsync()));
                await bot.DoAsync<WriteQueue, StoredCompletion?>(queue => bot.DoAsync<CompletionWriter, StoredCompletion?>(
                    writer => queue.WriteAsync(writer, new NewCompletion(lesson, account, bot.Clock.Now, bot.Clock.Now, false, $"RECEIPT{step:000000000}"), default)));
                break;
            default:
                return $"{what} nothing";
        }

        return $"{what} {refusal?.Code ?? "ok"}";

        T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
    }

    private static Task<Refusal?> ChangeAsync<T>(BotUnderTest bot, Func<T, Task<Result<bool>>> change)
        where T : notnull
        => bot.DoAsync<T, Refusal?>(async t => (await change(t)).IsRefused(out var refusal) ? refusal : null);
}
