using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Pushes;

/// <summary>An editor and an approver of a root, some people with a phone, and pushes at noon.</summary>
public abstract class PushTest : NewsroomTest
{
    protected const string Text = "周六上午九点，河边集合。";
    protected static readonly DateTimeOffset Noon = new(2026, 11, 18, 12, 0, 0, TimeSpan.FromHours(8));

    /// <summary>学生001 and the like, bound to the phones o-1 and so on.</summary>
    protected async Task BindAsync(params (int Student, string Branch)[] people)
    {
        foreach (var (student, branch) in people)
        {
            await SecretaryTests.BoundAsync(Site, $"o-{student}", branch, $"学生{student:000}", $"S{student:000}");
        }
    }

    /// <param name="fields">As in the form, without the Form. before them; they replace the usual ones.</param>
    protected async Task<HttpResponseMessage> PressAsync(string button, params (string Name, string Value)[] fields)
    {
        (string, string)[] usual = [("Title", "周末植树"), ("Body", Text), ("GoesOut", "2026-11-18T12:00"), ("Closes", "2026-11-20T12:00"), ("OrganisationId", $"{await Desk.OrganisationAsync(Site, Newsroom.Root)}")];
        return await Newsroom.PressAsync(Editor, "/staff/calendar/new?kind=push", button, [.. usual.Where(u => fields.All(f => f.Name != u.Item1)), .. fields]);
    }

    protected async Task<int> SubmittedAsync(params (string Name, string Value)[] fields)
    {
        var answer = await PressAsync("submit", fields);
        var to = answer.Headers.Location?.ToString() ?? Newsroom.Text(await answer.Content.ReadAsStringAsync());
        Assert.EndsWith("?done=submitted", to, StringComparison.Ordinal);
        return int.Parse(to.Split('/', '?')[4], null);
    }

    protected async Task<int> PushAsync(params (string Name, string Value)[] fields)
    {
        var id = await SubmittedAsync(fields);
        await Newsroom.ApprovedAsync(Approver, id);
        return id;
    }

    /// <summary>Approved at noon, and everything that happens by itself then has happened.</summary>
    protected async Task<int> StartedAsync(params (string Name, string Value)[] fields)
    {
        var id = await PushAsync(fields);
        Site.Clock.Now = Noon;
        await RoundsAsync();
        return id;
    }

    protected async Task RoundsAsync()
    {
        var rounds = Site.Services.GetRequiredService<PushRounds>();
        while (await rounds.RunAsync(default))
        {
        }
    }

    /// <summary>Phones whose accounts are recipients.</summary>
    protected async Task<string> RecipientsAsync(int piece)
    {
        var ids = await Site.InDb(db => db.Outbox.Where(m => db.Pushes.Any(p => p.Id == m.PushId && p.PieceId == piece)).Select(m => m.AccountId).ToListAsync());
        var accounts = Site.Services.GetRequiredService<Core.Roster.Accounts>();
        var phones = new List<string>();
        foreach (var phone in new[] { "o-1", "o-2", "o-6", "o-9", "o-10", "visitor", "stranger" })
        {
            if (await accounts.FindAsync(BotUnderTest.AppId, phone, default) is { } account && ids.Remove(account.Id))
            {
                phones.Add(phone);
            }
        }

        Assert.Empty(ids);
        return string.Join(' ', phones);
    }

    protected Task<Push?> FindAsync(int piece) => Site.InDb(db => db.Pushes.AsNoTracking().FirstOrDefaultAsync(p => p.PieceId == piece));

    /// <summary>What a sender would have written.</summary>
    protected Task SetAsync(OutboxState state, OutboxChannel? channel = null)
        => Site.InDb(db => db.Outbox.Where(m => m.PushId != null).ExecuteUpdateAsync(set => set.SetProperty(m => m.State, state).SetProperty(m => m.Channel, channel)));

    /// <summary>Pieces past the rules, for what only a race decides.</summary>
    protected async Task<List<int>> GivenPiecesAsync(int count, bool isApproved)
    {
        var organisation = await Desk.OrganisationAsync(Site, Newsroom.Root);
        return await Site.InDb(async db =>
        {
            var text = new PieceText("题目", Text, Noon.ToUniversalTime(), Noon.AddDays(2).ToUniversalTime()) { Audience = new PushAudience { ByMass = true } };
            var pieces = Enumerable.Range(0, count).Select(_ => new Piece
            {
                Kind = PieceKind.Push,
                OrganisationId = organisation,
                Title = "题目",
                Version = 1,
                Hash = "h",
                State = isApproved ? PieceState.Approved : PieceState.Submitted,
                SubmittedBy = "bian",
                GoesOutAt = text.GoesOutAt,
                ClosesAt = text.ClosesAt,
                OutVersion = isApproved ? 1 : null,
                OutAt = isApproved ? text.GoesOutAt : null,
                OutUntil = isApproved ? text.ClosesAt : null,
            }).ToList();
            db.AddRange(pieces);
            await db.SaveChangesAsync();
            db.AddRange(pieces.Select(p => new PieceVersion { PieceId = p.Id, Version = 1, By = "bian", At = Noon, Title = "题目", Text = text.Write() }));
            await db.SaveChangesAsync();
            return pieces.ConvertAll(p => p.Id);
        });
    }

    /// <summary>Nameless people of the third branch.</summary>
    protected async Task GivenAccountsAsync(int count)
    {
        var branch = await Desk.OrganisationAsync(Site, "三支部");
        await Site.InDb(async db =>
        {
            var first = await db.People.MaxAsync(p => p.Id);
            var numbers = Site.Provider == Core.Data.DatabaseProvider.Sqlite
                ? $"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n) numbers"
                : $"(SELECT i FROM generate_series(1, {count}) AS g(i)) numbers";
            var hash = Site.Provider == Core.Data.DatabaseProvider.Sqlite ? "CAST('h' || i AS BLOB)" : "convert_to('h' || i, 'UTF8')";
            foreach (var sql in new[]
            {
                $"INSERT INTO people (id) SELECT {first} + i FROM {numbers}",
                $"INSERT INTO memberships (person_id, organisation_id, category, since) SELECT {first} + i, {branch}, 0, 0 FROM {numbers}",
                $"INSERT INTO accounts (person_id, app_id, open_id_hash, open_id_sealed, wrong_tries, session_epoch) SELECT {first} + i, '{BotUnderTest.AppId}', {hash}, {hash}, 0, 0 FROM {numbers}",
            })
            {
                await db.Database.ExecuteSqlRawAsync(sql);
            }
        });
    }
}
