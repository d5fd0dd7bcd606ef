using System.Data;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.Roster;

/// <summary>
/// The only place where exemptions begin and end: each with the headcount and the person's completions of open lessons in one
/// transaction, so that counters always equal a recount. What comes due late begins when it was due, but never before the closing of a
/// lesson whose figures are settled. One that cannot be switched holds up neither the others nor the freezing of figures.
/// </summary>
public sealed partial class ExemptionSwitch(Standings standings, TimeProvider clock, ILogger<ExemptionSwitch> logger)
{
    /// <summary>团员 are expected to study until their 28th birthday.</summary>
    public const int AgeLimit = 28;

    /// <summary>Opens and closes what has come due; once a day looks who has turned 28. Any number of processes may do it at once.</summary>
    /// <returns>How many exemptions began or ended.</returns>
    public async Task<int> AdvanceAsync(BotDb db, CancellationToken ct)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var switched = await CloseDueAsync(db, today, ct);
        foreach (var id in await db.ExemptionPlans.Where(p => p.ClosedAt == null && p.ExemptionId == null && p.FromDay <= today).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync(ct))
        {
            switched += await TryAsync(() => OpenAsync(db, id, ct), $"plan {id}") is true ? 1 : 0;
        }

        return switched + await CloseDueAsync(db, today, ct) + await AgeAsync(db, today, ct);
    }

    /// <summary>Opens the row of one plan whose first day has come.</summary>
    public async Task<bool> OpenAsync(BotDb db, int planId, CancellationToken ct)
    {
        if (await PersonOfAsync(db, planId, ct) is not { } personId)
        {
            return false; // taken back meanwhile
        }

        return await SwitchAsync(db, personId, async () =>
        {
            var plan = await db.ExemptionPlans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == planId && p.ExemptionId == null && p.ClosedAt == null, ct);
            if (plan is null)
            {
                return false;
            }

            var since = Latest(ChinaTime.StartOf(plan.FromDay), plan.MadeAt, await SettledAsync(db, ct));
            var row = new Exemption { PersonId = personId, Since = since, Reason = plan.Reason };
            db.Add(row);
            await db.SaveChangesAsync(ct);

            // Without a plan nobody could end it.
            return await db.ExemptionPlans.Where(p => p.Id == planId && p.ClosedAt == null).ExecuteUpdateAsync(set => set.SetProperty(p => p.ExemptionId, row.Id), ct) == 1;
        }, ct);
    }

    /// <summary>Closes the row of one plan now, or when its last day ended.</summary>
    /// <param name="along">Done in the same transaction.</param>
    public async Task<bool> CloseAsync(BotDb db, int planId, CancellationToken ct, Func<Task>? along = null)
    {
        if (await PersonOfAsync(db, planId, ct) is not { } personId)
        {
            return false;
        }

        var now = clock.GetUtcNow();
        return await SwitchAsync(db, personId, async () =>
        {
            var plan = await db.ExemptionPlans.AsNoTracking().FirstOrDefaultAsync(p => p.Id == planId && p.ExemptionId != null && p.ClosedAt == null, ct);
            if (plan is null)
            {
                return false;
            }

            var due = plan.ToDay is { } day && ChinaTime.StartOf(day.AddDays(1)) < now ? ChinaTime.StartOf(day.AddDays(1)) : now;
            if (await db.Exemptions.AsNoTracking().FirstOrDefaultAsync(e => e.Id == plan.ExemptionId, ct) is { } row)
            {
                var until = Latest(due, row.Since, await SettledAsync(db, ct));
                await db.Exemptions.Where(e => e.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(e => e.Until, until), ct);
            }

            await db.ExemptionPlans.Where(p => p.Id == planId).ExecuteUpdateAsync(set => set.SetProperty(p => p.ClosedAt, now), ct);
            await (along?.Invoke() ?? Task.CompletedTask);
            return true;
        }, ct);
    }

    private async Task<int> CloseDueAsync(BotDb db, DateOnly today, CancellationToken ct)
    {
        var switched = 0;
        foreach (var id in await db.ExemptionPlans.Where(p => p.ClosedAt == null && p.ExemptionId != null && p.ToDay < today).OrderBy(p => p.Id).Select(p => p.Id).ToListAsync(ct))
        {
            switched += await TryAsync(() => CloseAsync(db, id, ct), $"plan {id}") is true ? 1 : 0;
        }

        return switched;
    }

    private async Task<int> AgeAsync(BotDb db, DateOnly today, CancellationToken ct)
    {
        if (await BirthdayLook.IsDoneAsync(db, today, ct))
        {
            return 0;
        }

        var mark = await BirthdayLook.BeginAsync(db, ct);
        var (switched, failed) = (0, false);
        foreach (var (personId, born) in await OfAgeAsync(db, today, ct))
        {
            var done = await TryAsync(
                () => SwitchAsync(
                    db,
                    personId,
                    async () =>
                    {
                        var floor = await SettledAsync(db, ct);
                        db.Add(new Exemption { PersonId = personId, Since = Latest(BirthdayOf(born), floor, floor), Reason = ExemptionReasons.Age });
                        await db.SaveChangesAsync(ct);
                        return true;
                    },
                    ct),
                $"28th birthday of person {personId}");
            (switched, failed) = (switched + (done is true ? 1 : 0), failed || done is null);
        }

        // A birth date that was put right.
        var limit = today.AddYears(-AgeLimit);
        foreach (var row in await db.Exemptions.AsNoTracking().Where(e => e.Reason == ExemptionReasons.Age && e.Until == null && db.People.Any(p => p.Id == e.PersonId && p.BirthDate > limit)).ToListAsync(ct))
        {
            var until = Latest(clock.GetUtcNow(), row.Since, row.Since);
            var done = await TryAsync(
                () => SwitchAsync(
                    db,
                    row.PersonId,
                    async () => await db.Exemptions.Where(e => e.Id == row.Id && e.Until == null).ExecuteUpdateAsync(set => set.SetProperty(e => e.Until, until), ct) == 1,
                    ct),
                $"28th birthday of person {row.PersonId}");
            (switched, failed) = (switched + (done is true ? 1 : 0), failed || done is null);
        }

        if (!failed)
        {
            await BirthdayLook.EndAsync(db, mark, today, ct);
        }

        return switched; // what was not ended is looked through again in a minute
    }

    /// <summary>团员 of 28 and over who are not exempt for it yet.</summary>
    private static async Task<List<(int PersonId, DateOnly Born)>> OfAgeAsync(BotDb db, DateOnly today, CancellationToken ct)
    {
        var limit = today.AddYears(-AgeLimit);
        var found = await db.People
            .Where(p => p.BirthDate <= limit
                && db.Memberships.Any(m => m.PersonId == p.Id && m.Until == null && m.Category == PersonCategory.Member)
                && !db.Exemptions.Any(e => e.PersonId == p.Id && e.Reason == ExemptionReasons.Age && e.Until == null))
            .Select(p => new { p.Id, p.BirthDate }).ToListAsync(ct);
        return found.ConvertAll(p => (p.Id, p.BirthDate!.Value));
    }

    /// <summary>The fault of one is logged, and is no reason to leave the others, or a week's figures, waiting.</summary>
    /// <returns>Null after a fault.</returns>
    private async Task<bool?> TryAsync(Func<Task<bool>> run, string what)
    {
        try
        {
            return await run();
        }
        catch (Exception e) when (e is not OperationCanceledException && !DatabaseFaults.IsUnavailable(e))
        {
            LogNotSwitched(e, what);
            return null;
        }
    }

    private static Task<int?> PersonOfAsync(BotDb db, int planId, CancellationToken ct)
        => db.ExemptionPlans.Where(p => p.Id == planId).Select(p => (int?)p.PersonId).FirstOrDefaultAsync(ct);

    [LoggerMessage(LogLevel.Error, "An exemption could not be begun or ended: {What}.")]
    private partial void LogNotSwitched(Exception e, string what);

    /// <summary>One transaction: the change, and with it what it changes about the counters.</summary>
    /// <returns>False when somebody else was quicker.</returns>
    private async Task<bool> SwitchAsync(BotDb db, int personId, Func<Task<bool>> change, CancellationToken ct)
    {
        try
        {
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await Tallies.HoldSealsAsync(db, clock.GetUtcNow(), ct);
            await Standings.LockPersonAsync(db, personId, ct);
            var before = await IsExemptAsync(db, personId, ct);
            if (!await change())
            {
                return false;
            }

            var after = await IsExemptAsync(db, personId, ct);
            if (before != after)
            {
                await Headcounts.ExemptAsync(db, personId, after ? 1 : -1, ct);
                await standings.RefreshPersonAsync(db, personId, ct);
            }

            await transaction.CommitAsync(ct);
            return true;
        }
        catch (Exception e) when (DatabaseFaults.IsDuplicate(e))
        {
            return false;
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private static Task<bool> IsExemptAsync(BotDb db, int personId, CancellationToken ct) => db.Exemptions.AnyAsync(e => e.PersonId == personId && e.Until == null, ct);

    /// <summary>The latest closing whose figures are settled.</summary>
    private static async Task<DateTimeOffset> SettledAsync(BotDb db, CancellationToken ct)
        => await db.Freezes.OrderByDescending(f => f.AsOf).Select(f => (DateTimeOffset?)f.AsOf).FirstOrDefaultAsync(ct) ?? DateTimeOffset.UnixEpoch;

    /// <summary>The instant from which somebody born on a day is not expected to study any more.</summary>
    internal static DateTimeOffset BirthdayOf(DateOnly born) => ChinaTime.StartOf(born.AddYears(AgeLimit));

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b, DateTimeOffset c) => new[] { a, b, c }.Max();
}
