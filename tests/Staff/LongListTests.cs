using System.Text.Json;
using AngleSharp.Dom;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Staff;

/// <summary>Lists that a whole region can fill: twenty rows first, and from the database no more than is shown.</summary>
public sealed class LongListTests : IAsyncLifetime
{
    private const int Many = 65;

    private BotUnderTest _bot = null!;
    private Browser _secretary = null!;
    private int _branch;

    public async ValueTask InitializeAsync()
    {
        _bot = await Desk.StartAsync();
        await _bot.Given(LessonGiven.Open("9-2"));
        _secretary = await Branch.SecretaryAsync(_bot);
        _branch = await Desk.OrganisationAsync(_bot, "一支部");
        await _bot.InDb(FillAsync);
    }

    public async ValueTask DisposeAsync() => await _bot.DisposeAsync();

    [Theory]
    [InlineData("/staff/tray", "joins", "corrections", "doubts")]
    [InlineData("/staff/appeals", "items")]
    [InlineData("/staff/transfers", "to-receive", "sent", "done")]
    [InlineData("/staff/organisations/{0}/visitors", "requests")]
    public async Task A_long_list_shows_twenty_rows_then_more_by_an_address_and_says_how_many_there_are(string page, params string[] lists)
    {
        page = string.Format(null, page, _branch);
        foreach (var list in lists)
        {
            Assert.Equal((20, "还有 45"), await RowsAsync(page, list));
            Assert.Equal((60, "还有 5"), await RowsAsync($"{page}?rows=60", list));
            Assert.Equal((Many, null), await RowsAsync($"{page}?rows=100", list));
            Assert.Equal(20, (await RowsAsync($"{page}?rows=-1", list)).Rows);
            var document = await Branch.PageAsync(_secretary, page);
            Assert.Contains($"{Many} ", (Sheet(document, list).QuerySelector(".sheet__head") ?? throw new InvalidOperationException(list)).TextContent, StringComparison.Ordinal);
            Assert.Equal($"?rows=60#{list}", Sheet(document, list).QuerySelector(".more a")!.GetAttribute("href"));
        }
    }

    [Fact]
    public async Task A_doubt_that_is_not_shown_is_not_even_opened()
    {
        // What does not open would throw.
        await _bot.InDb(db => db.RosterDoubts.Where(d => d.Line > 20).ExecuteUpdateAsync(set => set.SetProperty(d => d.RowSealed, new byte[] { 1 })));

        Assert.Equal(20, (await RowsAsync("/staff/tray", "doubts")).Rows);
        var first = await _bot.InDb(db => db.RosterDoubts.OrderBy(d => d.Id).Select(d => d.Id).FirstAsync());
        Assert.Contains("是名册里的谁", await Desk.TextAsync(_secretary, $"/staff/tray/doubts/{first}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_of_a_long_list_opens_too_and_one_that_is_decided_leads_back()
    {
        var joins = await _bot.InDb(db => db.JoinRequests.OrderBy(r => r.Id).Select(r => r.Id).ToListAsync());
        var corrections = await _bot.InDb(db => db.CorrectionRequests.OrderBy(r => r.Id).Select(r => r.Id).ToListAsync());
        var doubts = await _bot.InDb(db => db.RosterDoubts.OrderBy(r => r.Id).Select(r => r.Id).ToListAsync());
        foreach (var page in new[] { $"joins/{joins[^1]}", $"corrections/{corrections[^1]}", $"doubts/{doubts[^1]}" })
        {
            Assert.Equal(200, (int)(await _secretary.GetAsync("/staff/tray/" + page)).StatusCode);
        }

        await Desk.PostToAsync(_secretary, "/staff/tray", $"/staff/tray/joins/{joins[0]}?handler=Decline");
        await Desk.PostToAsync(_secretary, "/staff/tray", $"/staff/tray/corrections/{corrections[0]}?handler=Close&accepted=false");
        await Desk.PostToAsync(_secretary, "/staff/tray", $"/staff/tray/doubts/{doubts[0]}?handler=LeaveOut");
        foreach (var page in new[] { $"joins/{joins[0]}", $"corrections/{corrections[0]}", $"doubts/{doubts[0]}" })
        {
            Assert.Equal("/staff/tray?told=tray.decided", (await _secretary.GetAsync("/staff/tray/" + page)).Headers.Location?.ToString());
        }

        foreach (var kind in new[] { "joins", "corrections", "doubts" })
        {
            Assert.Equal(404, (int)(await _secretary.GetAsync($"/staff/tray/{kind}/999999")).StatusCode);
        }
    }

    [Fact]
    public async Task Whom_a_secretary_takes_in_from_a_list_that_was_made_longer_leaves_it_as_long()
    {
        var last = await _bot.InDb(db => db.Transfers.Where(t => t.ToId == _branch && t.EndedAt == null).OrderBy(t => t.Id).Select(t => t.Id).LastAsync());

        var accepted = await Desk.PostToAsync(_secretary, "/staff/transfers", "/staff/transfers?handler=Accept&rows=100", ("ids", $"{last}"));

        Assert.Equal("/staff/transfers?done=accepted&count=1&rows=100", accepted.Headers.Location?.ToString());
        Assert.Equal((Many - 1, null), await RowsAsync("/staff/transfers?rows=100", "to-receive"));
    }

    /// <returns>How many rows stand there, and what the line below says of the rest.</returns>
    private async Task<(int Rows, string? Left)> RowsAsync(string page, string list)
    {
        var sheet = Sheet(await Branch.PageAsync(_secretary, page), list);
        var more = sheet.QuerySelector(".more a")?.TextContent;
        return (sheet.QuerySelectorAll("tbody tr").Length, more is null ? null : more[more.IndexOf("还有", StringComparison.Ordinal)..^3]);
    }

    private static IElement Sheet(IDocument document, string list) => document.GetElementById(list)?.Closest("section") ?? throw new InvalidOperationException("No list " + list);

    /// <summary>Of everything that can wait, much for one branch.</summary>
    private async Task FillAsync(BotDb db)
    {
        var (now, import, lesson) = (_bot.Clock.Now, await db.RosterImports.Select(i => i.Id).FirstAsync(), await db.Lessons.SingleAsync());
        var other = await db.Organisations.Where(o => o.Name == "二支部").Select(o => o.Id).SingleAsync();
        var sealedRow = _bot.Services.GetRequiredService<Vault>().Seal(JsonSerializer.Serialize(new DoubtfulRow("学生901", null, null, null, PersonCategory.Member, null, null, false)));
        var people = Enumerable.Range(1, Many).Select(n => (N: n, Stranger: new Person(), Comes: Named("来", n), Goes: Named("去", n), Gone: Named("走", n))).ToList();
        db.AddRange(people.SelectMany(p => (Person[])[p.Stranger, p.Comes, p.Goes, p.Gone]));
        await db.SaveChangesAsync();
        var accounts = people.ConvertAll(p => new Account { PersonId = p.Stranger.Id, AppId = BotUnderTest.AppId, OpenIdHash = BitConverter.GetBytes(p.Stranger.Id), OpenIdSealed = [] });
        db.AddRange(accounts);
        await db.SaveChangesAsync();
        foreach (var ((n, stranger, comes, goes, gone), account) in people.Zip(accounts))
        {
            db.AddRange(In(comes, other), In(goes, _branch), In(gone, other));
            db.Add(new JoinRequest { AccountId = account.Id, OrganisationId = _branch, Name = $"学生{n:000}", Number = null, Doubt = JoinDoubt.Unknown, At = now, MessageKey = $"j{n}" });
            db.Add(new CorrectionRequest { AccountId = account.Id, OrganisationId = _branch, Text = "出生日期写错了", At = now, MessageKey = $"c{n}" });
            db.Add(new RosterDoubt { ImportId = import, Line = n, OrganisationId = _branch, Reason = RosterFaults.SeveralFit, RowMark = BitConverter.GetBytes(n), RowSealed = sealedRow, At = now });
            db.Add(new Appeal { AccountId = account.Id, PersonId = stranger.Id, LessonId = lesson.Id, OrganisationId = _branch, Saw = AppealSaw.Receipt, At = now, MessageKey = $"a{n}" });
            db.Add(new Completion { LessonId = lesson.Id, PersonId = stranger.Id, OrganisationId = _branch, Standing = Standing.Visitor, Late = false, At = now, Receipt = $"R{n:000000000000000}" });
            db.AddRange(Transfer(comes, other, _branch), Transfer(goes, _branch, other), Transfer(gone, _branch, other, ended: now));
        }

        await db.SaveChangesAsync();

        Person Named(string word, int n) => new() { Name = $"学生{word}{n:000}", NameKey = Names.Key($"学生{word}{n:000}") };

        Membership In(Person person, int organisation) => new() { PersonId = person.Id, OrganisationId = organisation, Category = PersonCategory.Youth, Since = now };

        Transfer Transfer(Person person, int from, int to, DateTimeOffset? ended = null) => new()
        {
            PersonId = person.Id,
            FromId = from,
            ToId = to,
            Kind = TransferKind.ToSchool,
            State = ended is null ? TransferState.Waiting : TransferState.Accepted,
            ReleasedAt = now,
            ReleasedBy = "s",
            DueAt = now.AddDays(30),
            Deadline = DateOnly.FromDateTime(now.UtcDateTime).AddDays(30),
            EndedAt = ended,
        };
    }
}
