using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Jobs;
using Bot.Core.Pushes;
using Bot.Core.Replies;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Bot.Bench.Setup;

/// <summary>
/// What two years of work leave at a region's console, a third of it in one county: pieces with their versions, pushes that are over and one that
/// reached half of all accounts and was stopped, messages of a week, proposed replies, unanswered messages, runs of jobs, and cases of the help line.
/// </summary>
internal sealed class ConsoleWork(Workspace workspace)
{
    private const int Pieces = 6000;
    private const int Pushes = 600;
    private const int Versions = 20;
    private const int Texts = 5000;
    private const int Runs = 20_000;
    private const int Cases = 3000;
    private const int Messages = 60;
    private const int Duties = 400;

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <param name="rootId">Of everything.</param>
    /// <param name="countyId">Where a third of it is.</param>
    public async Task AddAsync(int rootId, int countyId, CancellationToken ct)
    {
        Workspace.Say("adding pieces, pushes, messages and cases");
        var tree = await workspace.Services.GetRequiredService<OrganisationTree>().AllAsync(ct);
        var places = tree.Nodes.Where(n => n.Kind is OrganisationKind.City or OrganisationKind.County or OrganisationKind.Township).Select(n => n.Id).ToList();
        await workspace.InDbAsync(async db =>
        {
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            await AddPiecesAsync(db, i => i % 10 == 0 ? rootId : i % 3 == 0 ? countyId : places[i % places.Count], ct);
            AddWords(db, workspace.Services.GetRequiredService<ContentLibrary>());
            db.AddRange(Enumerable.Range(0, Runs).Select(i => new JobRun { Job = ScheduledJob.All[i % ScheduledJob.All.Count].Name, BeganAt = _now.AddMinutes(-i), EndedAt = _now.AddMinutes(-i).AddSeconds(2), Outcome = i % 50 == 0 ? JobOutcome.Failed : JobOutcome.Done }));
            await db.SaveChangesAsync(ct);
            await AddCasesAsync(db, countyId, ct);
            return await db.SaveChangesAsync(ct);
        });
        await AddMessagesAsync(ct);
    }

    private static PieceKind KindOf(int i) => i < Pushes ? PieceKind.Push : i % 20 == 0 ? PieceKind.Lesson : i % 3 == 0 ? PieceKind.Notice : PieceKind.Article;

    private async Task AddPiecesAsync(BotDb db, Func<int, int> placeOf, CancellationToken ct)
    {
        var pieces = new List<(Piece Piece, PieceText Text)>(Pieces);
        for (var i = 0; i < Pieces; i++)
        {
            var (kind, at) = (KindOf(i), _now.AddHours((i % 700 * 24) - (600 * 24) + (i % 11)));
            var text = new PieceText(string.Create(CultureInfo.InvariantCulture, $"示例内容{i}"), string.Concat(Enumerable.Repeat("## 一\n\n夏天下水前先看三样。\n\n", 10)), at, at.AddDays(7)).Clean(kind);
            var (organisation, state) = (placeOf(i), i % 15 == 0 ? PieceState.Submitted : at > _now.AddDays(30) ? PieceState.Draft : PieceState.Approved);
            var isApproved = state == PieceState.Approved;
            pieces.Add((
                new Piece
                {
                    Kind = kind,
                    OrganisationId = organisation,
                    Title = text.Title,
                    Version = i % 100 == 0 ? Versions : 1,
                    Hash = text.HashOf(kind, organisation),
                    State = state,
                    GoesOutAt = at,
                    ClosesAt = at.AddDays(7),
                    SubmittedBy = state == PieceState.Draft ? null : "bench",
                    SubmittedAt = state == PieceState.Draft ? null : _now.AddDays(-1),
                    DecidedBy = isApproved ? "bench-2" : null,
                    DecidedAt = isApproved ? _now.AddDays(-1) : null,
                    OutVersion = isApproved ? 1 : null,
                    OutAt = isApproved ? at : null,
                    OutUntil = isApproved ? at.AddDays(7) : null,
                },
                text));
        }

        db.AddRange(pieces.Select(p => p.Piece));
        await db.SaveChangesAsync(ct);
        foreach (var (piece, text) in pieces)
        {
            db.AddRange(Enumerable.Range(1, piece.Version).Select(v => new PieceVersion { PieceId = piece.Id, Version = v, By = "bench", At = _now.AddDays(-2).AddMinutes(v), Title = piece.Title, Text = text.Write() }));
        }

        var over = pieces.Select(p => p.Piece).Where(p => p.Kind == PieceKind.Push && p.OutAt <= _now).ToList();
        db.AddRange(over.Select((p, i) => new Push
        {
            PieceId = p.Id,
            Version = 1,
            OrganisationId = p.OrganisationId,
            Title = p.Title,
            Text = p.Title,
            Page = "/y/me",
            ByMass = false,
            StartedAt = p.OutAt!.Value,
            EndsAt = p.OutAt.Value.AddDays(1),
            FilledTo = int.MaxValue,
            State = i == 0 ? PushState.Stopped : PushState.Done,
            ChangedBy = i == 0 ? "bench" : null,
            ChangedAt = i == 0 ? _now : null,
            EndedAt = i == 0 ? null : p.OutAt.Value.AddHours(2),
            Figures = i == 0 ? null : """[{"State":2,"Channel":1,"ErrCode":null,"Count":900},{"State":6,"Channel":1,"ErrCode":43004,"Count":100}]""",
        }));
    }

    private void AddWords(BotDb db, ContentLibrary content)
    {
        foreach (var (key, i) in content.Current.Replies.Keys.Order(StringComparer.Ordinal).Select((key, i) => (key, i)))
        {
            db.AddRange(Enumerable.Range(0, 5).Select(n => new ReplyChange { Key = "reply:" + key, Text = content.Current.Replies[key], State = n < 4 ? ReplyChangeState.Approved : i % 20 == 0 ? ReplyChangeState.Proposed : ReplyChangeState.Declined, ProposedBy = "bench", ProposedAt = _now.AddDays(n - 20), DecidedBy = n < 4 || i % 20 > 0 ? "bench-2" : null, DecidedAt = n < 4 || i % 20 > 0 ? _now.AddDays(n - 19) : null }));
        }

        var today = ChinaTime.DateOf(_now);
        db.AddRange(Enumerable.Range(0, Texts).Select(i => new UnansweredText { Mark = SHA256.HashData(Encoding.UTF8.GetBytes($"{i}")), Text = i % 4 == 0 ? null : $"怎么报名{i}", FirstOn = today.AddDays(-i % 60), LastOn = today.AddDays(-i % 7), People = 5 + (i % 40), State = (UnansweredState)(i % 5) }));
    }

    /// <summary>One of them with a thread that can be read; counsellors, supervisors and duties for all topics.</summary>
    private async Task AddCasesAsync(BotDb db, int countyId, CancellationToken ct)
    {
        var staff = await db.StaffAssignments.Where(a => a.OrganisationId == countyId && (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor)).Select(a => a.StaffId).ToListAsync(ct);
        var topics = Enum.GetValues<HelpTopic>();
        db.AddRange(staff.SelectMany(s => topics.Select(t => new HelpTeamMember { StaffId = s, OrganisationId = countyId, Topic = t })));
        db.AddRange(Enumerable.Range(0, Duties).Select(i => new HelpDuty { StaffId = staff[i % staff.Count], OrganisationId = countyId, BeginsAt = _now.AddHours(8 * (i - 100)), EndsAt = _now.AddHours(8 * (i - 99)), IsSupervisor = i % 2 == 0 }));
        var keys = workspace.Services.GetRequiredService<CaseKeys>();
        using var key = keys.Create();
        var cases = Enumerable.Range(0, Cases).Select(i =>
        {
            var (opened, isOpen) = (_now.AddHours(-i), i % 6 == 0);
            return new HelpCase
            {
                KeyId = i == 0 ? key.Id : RandomNumberGenerator.GetHexString(32, lowercase: true),
                HolderSealed = i == 0 ? key.Seal("1", "holder") : null,
                HolderHash = SHA256.HashData(Encoding.UTF8.GetBytes($"holder{i}")),
                Alias = $"山杨-{i:0000}",
                Topic = topics[i % topics.Length],
                Urgency = (HelpUrgency)(i % 3),
                AreaId = countyId,
                State = isOpen ? HelpState.Open : HelpState.Closed,
                Step = HelpStep.Done,
                AssignedId = i % 4 == 0 ? null : staff[i % staff.Count],
                OpenedAt = opened,
                LastInboundAt = opened.AddMinutes(5),
                FirstAnsweredAt = isOpen ? null : opened.AddMinutes(30),
                WaitingSince = isOpen ? opened : null,
                Clock = isOpen ? HelpClock.First : HelpClock.None,
                NextDueAt = isOpen ? _now.AddDays(30) : null,
                ClosedAt = isOpen ? null : opened.AddHours(3),
                Outcome = isOpen ? null : HelpOutcome.Answered,
                Satisfaction = isOpen ? null : 1 + (i % 3),
            };
        }).ToList();
        db.AddRange(cases);
        await db.SaveChangesAsync(ct);
        db.AddRange(Enumerable.Range(0, Messages).Select(i => new HelpMessage { CaseId = cases[0].Id, At = _now.AddMinutes(i - Messages), Kind = HelpKind.Text, By = i % 2 == 0 ? HelpSide.Person : HelpSide.Staff, StaffId = i % 2 == 0 ? null : staff[0], MessageKey = $"m{i}", Sealed = key.Seal(new HelpBody("考试前睡不着怎么办"), $"m{i}") }));
        db.AddRange(cases.Select(c => new HelpRead { CaseId = c.Id, StaffId = staff[c.Id % staff.Count], At = c.OpenedAt.AddMinutes(20), What = default, OrganisationId = countyId }));
        db.AddRange(cases.Where((c, i) => i % 120 == 0).Select(c => new HelpAlert { CaseId = c.Id, Kind = HelpAlertKind.Overdue, RaisedAt = _now.AddHours(-1), Level = 3, NextAt = _now.AddDays(1) }));
    }

    /// <summary>A third of all accounts were told something in this week; half are recipients of the push that was stopped.</summary>
    private Task AddMessagesAsync(CancellationToken ct) => workspace.InDbAsync(async db =>
    {
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        var (at, push) = (_now.ToUnixTimeMilliseconds(), await db.Pushes.Where(p => p.State == PushState.Stopped).Select(p => p.Id).SingleAsync(ct));
        var key = string.Create(CultureInfo.InvariantCulture, $"push:{push}");
        await db.Database.ExecuteSqlAsync($"INSERT INTO outbox (account_id, code, at, message_key, state, due_at, ended_at) SELECT id, CASE WHEN id % 2 = 0 THEN 'transfer.due' ELSE 'appeal.answered' END, {at} - (id % 6) * 86400000, 'bench:week', 2 + id % 3, {at}, {at} FROM accounts WHERE id % 3 = 0", ct);
        await db.Database.ExecuteSqlAsync($"INSERT INTO outbox (account_id, code, at, message_key, state, due_at, ended_at, push_id, channel) SELECT id, 'push', {at}, {key}, CASE WHEN id % 10 = 0 THEN 6 WHEN id % 10 < 4 THEN 0 ELSE 2 END, {at}, {at}, {push}, 1 FROM accounts WHERE id % 2 = 0", ct);
        return await db.Database.ExecuteSqlAsync($"UPDATE accounts SET no_pushes_since = {at} - 86400000 WHERE id % 200 = 0", ct);
    });
}
