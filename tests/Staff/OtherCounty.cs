using System.Security.Cryptography;
using System.Text;
using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Core.Replies;
using Bot.Core.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Staff;

/// <summary>乙县 with one row of everything that the console shows, where nobody of <see cref="ScopeWalkTests"/> has anything to do.</summary>
internal sealed class OtherCounty(BotUnderTest bot)
{
    private readonly Dictionary<Asked, int> _ids = [];
    private readonly Dictionary<string, string> _named = [];

    /// <summary>The row of each kind.</summary>
    public IReadOnlyDictionary<Asked, int> Ids => _ids;

    /// <summary>What stands for a word in braces of <see cref="ConsoleAsks"/>.</summary>
    public IReadOnlyDictionary<string, string> Named => _named;

    public async Task SeedAsync()
    {
        var now = bot.Clock.GetUtcNow();
        var (county, place) = (await Desk.OrganisationAsync(bot, "乙县"), await Desk.OrganisationAsync(bot, "三支部"));
        _ids[Asked.Organisation] = place;
        _ids[Asked.Join] = await ScopeTests.WishAsync(bot, "o-2", "三支部");
        await Desk.InviteAsync(bot, "zhao", under: "示例省/乙县");
        var person = await bot.InDb(db => db.People.Where(p => p.Name == "学生009").Select(p => p.Id).SingleAsync());
        var account = await bot.InDb(db => db.JoinRequests.Select(r => r.AccountId).SingleAsync());
        var lesson = await bot.InDb(db => db.Lessons.SingleAsync());
        await bot.InDb(async db =>
        {
            var appeal = new Appeal { AccountId = account, PersonId = person, LessonId = lesson.Id, OrganisationId = place, Saw = AppealSaw.NoReceipt, At = now, MessageKey = "appeal" };
            var correction = new CorrectionRequest { AccountId = account, OrganisationId = place, Text = "生日写错了", At = now, MessageKey = "correction" };
            var run = new RosterImportRun { At = now, By = "zhao", FileName = "名册.csv", Heartbeat = now, State = ImportState.Waiting, Tops = [new RosterImportTop { OrganisationId = county }] };
            var transfer = new Transfer { PersonId = person, FromId = place, ToId = county, Kind = TransferKind.Other, ReleasedAt = now, ReleasedBy = "zhao", DueAt = now.AddDays(30), Deadline = new DateOnly(2026, 12, 18) };
            var plan = new ExemptionPlan { PersonId = person, Reason = ExemptionReasons.Chosen.Keys.First(), FromDay = new DateOnly(2026, 12, 1), MadeAt = now, MadeBy = "zhao" };
            var change = new ReplyChange { Key = "reply:welcome", Text = "欢迎。", ProposedBy = "zhao", ProposedAt = now };
            var heard = new UnansweredText { Mark = [1], Text = "怎么去", FirstOn = new DateOnly(2026, 11, 17), LastOn = new DateOnly(2026, 11, 18), People = 3 };
            db.AddRange(appeal, correction, run, transfer, plan, change, heard, new PauseWeek { From = new DateOnly(2026, 12, 1), To = new DateOnly(2026, 12, 2), Name = "秋假" });
            await db.SaveChangesAsync();
            var doubt = new RosterDoubt { ImportId = run.Id, Line = 2, OrganisationId = place, Reason = "same-name", RowMark = [1], At = now };
            db.Add(doubt);
            await db.SaveChangesAsync();
            (_ids[Asked.Appeal], _ids[Asked.Correction], _ids[Asked.Import], _ids[Asked.Transfer], _ids[Asked.Doubt], _ids[Asked.Lesson])
                = (appeal.Id, correction.Id, run.Id, transfer.Id, doubt.Id, lesson.Id);
            (_named["{plan}"], _named["{change}"], _named["{change-hash}"], _named["{unanswered}"]) = ($"{plan.Id}", $"{change.Id}", change.Hash, $"{heard.Id}");
            var zhao = await db.StaffAssignments.SingleAsync(a => a.OrganisationId == county);
            (_named["{assignment}"], _named["{colleague}"]) = ($"{zhao.Id}", $"{zhao.StaffId}");
        });
        _ids[Asked.Piece] = await PieceAsync(county);
        (_named["{piece}"], _named["{transfer}"], _named["{person}"], _named["{place}"], _named["{lesson-hash}"])
            = ($"{_ids[Asked.Piece]}", $"{_ids[Asked.Transfer]}", $"{person}", $"{place}", lesson.ContentHash);
        _named["{piece-hash}"] = await bot.InDb(db => db.Pieces.Select(p => p.Hash).SingleAsync());
    }

    /// <summary>A submitted article.</summary>
    public Task<int> PieceAsync(int organisation) => bot.InDb(async db =>
    {
        var text = new PieceText("别处的文章", "正文。", bot.Clock.GetUtcNow().AddDays(5), null);
        var piece = new Piece
        {
            Kind = PieceKind.Article,
            OrganisationId = organisation,
            Title = text.Title,
            Version = 1,
            Hash = text.HashOf(PieceKind.Article, organisation),
            State = PieceState.Submitted,
            GoesOutAt = text.GoesOutAt,
            SubmittedBy = "zhao",
            SubmittedAt = bot.Clock.GetUtcNow(),
        };
        db.Add(piece);
        await db.SaveChangesAsync();
        db.Add(new PieceVersion { PieceId = piece.Id, Version = 1, By = "zhao", At = text.GoesOutAt, Title = text.Title, Text = text.Write() });
        await db.SaveChangesAsync();
        return piece.Id;
    });

    /// <summary>A mark over all that is stored, but for the log of whoever reads their own lists; of that, what names the other county.</summary>
    public Task<string> TablesAsync() => bot.InDb(async db =>
    {
        var county = await db.Organisations.Where(o => o.Name == "乙县").Select(o => o.Id).SingleAsync();
        var marks = new List<string> { $"{await db.AuditEntries.CountAsync(a => db.OrganisationAncestors.Any(o => o.OrganisationId == a.OrganisationId && o.AncestorId == county))} entries" };
        await db.Database.OpenConnectionAsync();
        foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct().Except(["audit_entries", "installation_facts"]).Order(StringComparer.Ordinal))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM {table}";
            var rows = new List<string>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is byte[] bytes ? Convert.ToHexString(bytes) : reader.GetValue(i).ToString())));
            }

            var all = string.Join('\n', rows.Order(StringComparer.Ordinal));
            marks.Add($"{table} {rows.Count} {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..8]}");
        }

        return string.Join('\n', marks);
    });
}
