using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Privacy;

/// <summary>Everything that is stored about the asking person, for that person alone; the phone masked, openids left out.</summary>
public sealed class PersonalCopy(BotDb db, OrganisationTree tree, PrivacyNotice notice, Vault vault)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>JSON with Chinese labels.</summary>
    public async Task<string> MakeAsync(KnownAccount by, CancellationToken ct)
    {
        var nodes = await tree.AllAsync(ct);
        var copy = new JsonObject
        {
            [notice.Label("notice")] = notice.Version,
            [notice.Label("person")] = await PersonAsync(by.PersonId, ct),
            [notice.Label("memberships")] = await MembershipsAsync(by.PersonId, nodes, ct),
            [notice.Label("transfers")] = await TransfersAsync(by.PersonId, nodes, ct),
            [notice.Label("exemptions")] = await ExemptionsAsync(by.PersonId, ct),
            [notice.Label("adjustments")] = await AdjustmentsAsync(by.PersonId, nodes, ct),
            [notice.Label("appeals")] = await AppealsAsync(by.PersonId, ct),
            [notice.Label("completions")] = await CompletionsAsync(by.PersonId, nodes, ct),
            [notice.Label("accounts")] = await AccountsAsync(by.PersonId, nodes, ct),
            [notice.Label("consents")] = await ConsentsAsync(by.PersonId, ct),
            [notice.Label("requests")] = await RequestsAsync(by.PersonId, nodes, ct),
        };
        return copy.ToJsonString(Readable);
    }

    private async Task<JsonObject?> PersonAsync(int personId, CancellationToken ct)
    {
        var person = await db.People.AsNoTracking().FirstOrDefaultAsync(p => p.Id == personId, ct);
        return person?.Name is null ? null : new JsonObject
        {
            [notice.Label("name")] = person.Name,
            [notice.Label("birthDate")] = person.BirthDate?.ToString("yyyy-MM-dd", null),
            [notice.Label("phone")] = person.PhoneSealed is null ? null : Masked(vault.Open(person.PhoneSealed)),
            [notice.Label("memberNumber")] = person.MemberNumber,
            [notice.Label("rosterId")] = person.RosterId,
        };
    }

    private async Task<JsonArray> MembershipsAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
        => List(await db.Memberships.AsNoTracking().Where(m => m.PersonId == personId).OrderBy(m => m.Since).ToListAsync(ct), m => new JsonObject
        {
            [notice.Label("organisation")] = nodes.PathOf(m.OrganisationId),
            [notice.Label("category")] = m.Category.Word(),
            [notice.Label("duty")] = m.Duty?.Word(),
            [notice.Label("since")] = m.Since == DateTimeOffset.UnixEpoch ? notice.Label("fromStart") : ChinaTime.Table(m.Since),
            [notice.Label("until")] = Time(m.Until),
        });

    private async Task<JsonArray> TransfersAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
        => List(await db.Transfers.AsNoTracking().Where(t => t.PersonId == personId).OrderBy(t => t.ReleasedAt).ToListAsync(ct), t => new JsonObject
        {
            [notice.Label("transferKind")] = t.Kind.Word(),
            [notice.Label("from")] = nodes.PathOf(t.FromId),
            [notice.Label("to")] = t.ToId is { } to ? nodes.PathOf(to) : null,
            [notice.Label("releasedAt")] = ChinaTime.Table(t.ReleasedAt),
            [notice.Label("deadline")] = t.Deadline.ToString("yyyy-MM-dd", null),
            [notice.Label("refused")] = t.Reason?.Word(),
            [notice.Label("ended")] = Time(t.EndedAt),
            [notice.Label("accepted")] = t.State == TransferState.Accepted,
            [notice.Label("removed")] = t.State == TransferState.Removed,
        });

    private async Task<JsonArray> ExemptionsAsync(int personId, CancellationToken ct)
    {
        var list = List(await db.Exemptions.AsNoTracking().Where(e => e.PersonId == personId).OrderBy(e => e.Since).ToListAsync(ct), e => new JsonObject
        {
            [notice.Label("reason")] = ExemptionReasons.Word(e.Reason),
            [notice.Label("since")] = ChinaTime.Table(e.Since),
            [notice.Label("until")] = Time(e.Until),
        });
        foreach (var plan in await db.ExemptionPlans.AsNoTracking().Where(p => p.PersonId == personId && p.ClosedAt == null).OrderBy(p => p.FromDay).ToListAsync(ct))
        {
            list.Add(new JsonObject
            {
                [notice.Label("reason")] = ExemptionReasons.Word(plan.Reason),
                [notice.Label("fromDay")] = plan.FromDay.ToString("yyyy-MM-dd", null),
                [notice.Label("toDay")] = plan.ToDay?.ToString("yyyy-MM-dd", null),
            });
        }

        return list;
    }

    private async Task<JsonArray> AdjustmentsAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
    {
        var rows = await (
            from adjustment in db.FigureAdjustments.AsNoTracking()
            join lesson in db.Lessons on adjustment.LessonId equals lesson.Id
            where adjustment.PersonId == personId
            orderby adjustment.Id
            select new { lesson.Season, lesson.Period, lesson.Title, adjustment.ToOrganisationId, adjustment.ToExempt, adjustment.At, adjustment.Reason }).ToListAsync(ct);
        return List(rows, a => new JsonObject
        {
            [notice.Label("lesson")] = $"{a.Season}-{a.Period} {a.Title}",
            [notice.Label("organisation")] = a.ToOrganisationId is { } id ? nodes.PathOf(id) : null,
            [notice.Label("exempt")] = a.ToExempt == 1,
            [notice.Label("reason")] = a.Reason,
            [notice.Label("at")] = ChinaTime.Table(a.At),
        });
    }

    private async Task<JsonArray> AppealsAsync(int personId, CancellationToken ct)
    {
        var mine = db.Accounts.Where(a => a.PersonId == personId).Select(a => a.Id);
        var rows = await (
            from appeal in db.Appeals.AsNoTracking()
            join lesson in db.Lessons on appeal.LessonId equals lesson.Id
            where mine.Contains(appeal.AccountId)
            orderby appeal.Id
            select new { lesson.Season, lesson.Period, lesson.Title, appeal.TextSealed, appeal.AnswerSealed, appeal.At, appeal.DecidedAt }).ToListAsync(ct);
        return List(rows, a => new JsonObject
        {
            [notice.Label("lesson")] = $"{a.Season}-{a.Period} {a.Title}",
            [notice.Label("text")] = a.TextSealed is null ? null : vault.Open(a.TextSealed),
            [notice.Label("at")] = ChinaTime.Table(a.At),
            [notice.Label("answered")] = Time(a.DecidedAt),
            [notice.Label("answer")] = a.AnswerSealed is null ? null : vault.Open(a.AnswerSealed),
        });
    }

    private async Task<JsonArray> CompletionsAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
    {
        var rows = await (
            from completion in db.Completions.AsNoTracking()
            join lesson in db.Lessons on completion.LessonId equals lesson.Id
            where completion.PersonId == personId
            orderby completion.At
            select new { lesson.Season, lesson.Period, lesson.Title, completion.At, completion.Late, completion.OrganisationId, completion.Receipt }).ToListAsync(ct);
        return List(rows, c => new JsonObject
        {
            [notice.Label("lesson")] = $"{c.Season}-{c.Period} {c.Title}",
            [notice.Label("at")] = ChinaTime.Table(c.At),
            [notice.Label("late")] = c.Late,
            [notice.Label("organisation")] = nodes.PathOf(c.OrganisationId),
            [notice.Label("receipt")] = Completions.Shown(c.Receipt),
        });
    }

    private async Task<JsonArray> AccountsAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
    {
        var logins = await (from link in db.StaffLinks
                            join staff in db.Users on link.StaffId equals staff.Id
                            where db.Accounts.Any(a => a.Id == link.AccountId && a.PersonId == personId)
                            select new { link.AccountId, staff.UserName }).ToDictionaryAsync(l => l.AccountId, l => l.UserName, ct);
        var waiting = await db.Accounts.Where(a => a.PersonId == personId).Select(a => new
        {
            a.Id,
            Reminders = db.Reminders.Where(r => r.AccountId == a.Id)
                .Join(db.Lessons, r => r.LessonId, l => l.Id, (r, l) => new { r.DueAt, l.Season, l.Period, l.Title }).OrderBy(r => r.DueAt).ToList(),
            Credits = db.Credits.Count(c => c.AccountId == a.Id && c.EndedAt == null),
        }).ToDictionaryAsync(a => a.Id, a => (a.Reminders, a.Credits), ct);
        return List(await db.Accounts.AsNoTracking().Where(a => a.PersonId == personId).OrderBy(a => a.Id).ToListAsync(ct), a => new JsonObject
        {
            [notice.Label("appId")] = a.AppId,
            [notice.Label("follows")] = a.Follows,
            [notice.Label("noPushesSince")] = Time(a.NoPushesSince),
            [notice.Label("joinOrganisation")] = a.JoinOrganisationId is { } id ? nodes.PathOf(id) : null,
            [notice.Label("wrongTries")] = a.WrongTriesOn is null ? null : $"{a.WrongTriesOn:yyyy-MM-dd}: {a.WrongTries}",
            [notice.Label("weeklyReminder")] = a.WeeklyReminderSince is not null,
            [notice.Label("noRemindersSince")] = Time(a.NoRemindersSince),
            [notice.Label("reminders")] = List(waiting[a.Id].Reminders, r => new JsonObject
            {
                [notice.Label("lesson")] = $"{r.Season}-{r.Period} {r.Title}",
                [notice.Label("at")] = ChinaTime.Table(r.DueAt),
            }),
            [notice.Label("creditsLeft")] = waiting[a.Id].Credits,
            [notice.Label("staffLogin")] = logins.GetValueOrDefault(a.Id),
        });
    }

    private async Task<JsonArray> ConsentsAsync(int personId, CancellationToken ct)
    {
        var mine = db.Accounts.Where(a => a.PersonId == personId).Select(a => a.Id);
        return List(await db.Consents.AsNoTracking().Where(c => mine.Contains(c.AccountId)).OrderBy(c => c.GivenAt).ToListAsync(ct), c => new JsonObject
        {
            [notice.Label("purpose")] = notice.Find(c.Purpose)?.Title ?? c.Purpose,
            [notice.Label("notice")] = c.Version,
            [notice.Label("given")] = ChinaTime.Table(c.GivenAt),
            [notice.Label("withdrawn")] = Time(c.WithdrawnAt),
        });
    }

    private async Task<JsonArray> RequestsAsync(int personId, TreeSnapshot nodes, CancellationToken ct)
    {
        var mine = db.Accounts.Where(a => a.PersonId == personId).Select(a => a.Id);
        var joins = await db.JoinRequests.AsNoTracking().Where(r => mine.Contains(r.AccountId)).OrderBy(r => r.At).ToListAsync(ct);
        var corrections = await db.CorrectionRequests.AsNoTracking().Where(r => mine.Contains(r.AccountId)).OrderBy(r => r.At).ToListAsync(ct);
        var list = List(joins, r => new JsonObject
        {
            [notice.Label("request")] = notice.Label("request.join"),
            [notice.Label("organisation")] = nodes.PathOf(r.OrganisationId),
            [notice.Label("name")] = r.Name,
            [notice.Label("number")] = r.Number,
            [notice.Label("at")] = ChinaTime.Table(r.At),
            [notice.Label("accepted")] = r.Accepted,
        });
        foreach (var r in corrections)
        {
            list.Add(new JsonObject
            {
                [notice.Label("request")] = notice.Label("request.correction"),
                [notice.Label("text")] = r.Text,
                [notice.Label("at")] = ChinaTime.Table(r.At),
                [notice.Label("accepted")] = r.Accepted,
            });
        }

        return list;
    }

    private static JsonArray List<T>(IEnumerable<T> rows, Func<T, JsonObject> show)
    {
        var list = new JsonArray();
        foreach (var row in rows)
        {
            list.Add(show(row));
        }

        return list;
    }

    private static string Masked(string phone) => phone.Length == 11 ? $"{phone[..3]}****{phone[^4..]}" : "****";

    private static string? Time(DateTimeOffset? instant) => instant is { } at ? ChinaTime.Table(at) : null;
}
