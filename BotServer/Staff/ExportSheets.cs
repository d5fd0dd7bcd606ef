using System.Globalization;
using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>Makes the lists that leave the console. Whether they may is asked before, see <see cref="Exports"/>.</summary>
internal sealed class ExportSheets(FigureSheets figures, ReportFigures reports, LedgerBoard ledgers, WaitingBoard waitingBoard, StudyMatrix matrix, BranchRoster roster, Vault vault, TimeProvider clock)
{
    /// <summary>Null when the list is not this viewer's, or nothing has opened yet.</summary>
    public async Task<Sheet?> MakeAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
        => wish.Kind switch
        {
            ExportKind.Figures => await FiguresAsync(viewer, wish, ct),
            ExportKind.History => await HistoryAsync(viewer, wish, ct),
            ExportKind.Ledger => await LedgerAsync(viewer, wish, ct),
            ExportKind.Roster => await RosterAsync(wish, ct),
            ExportKind.Matrix => await MatrixAsync(viewer, wish, ct),
            _ => await UnstudiedAsync(viewer, wish, ct),
        };

    /// <summary>The title line where nobody wrote another.</summary>
    public static string Title(ExportWish wish) => wish.Kind switch
    {
        ExportKind.History => $"{wish.Organisation.Name} 近几期参学率",
        ExportKind.Ledger => $"{wish.Organisation.Name} 台账",
        ExportKind.Roster => $"{wish.Organisation.Name} 名册",
        ExportKind.Matrix when wish is { Mark: { } mark, Span: [var only] } => $"{wish.Organisation.Name} 第{only.Id.Season}季第{only.Id.Period}期 {mark.Name}",
        ExportKind.Matrix => $"{wish.Organisation.Name} 学习一览",
        _ => wish.Organisation.Name + (wish.Lesson is { } lesson ? $" 第{lesson.Id.Season}季第{lesson.Id.Period}期" : " ") + (wish.Kind == ExportKind.Figures ? "参学率" + Found(wish.Word) : "还没学的"),
    };

    /// <summary>What a title says of organisations that a word has found.</summary>
    public static string Found(string? word) => word is null ? "" : $"（名称里有“{word}”的）";

    private async Task<Sheet?> FiguresAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
    {
        if (wish.Lesson is not { } lesson)
        {
            return null;
        }

        var lines = (await figures.AllAsync(viewer, wish.Tree, wish.Organisation, lesson, ct)).Where(l => wish.PassesGrade(l.Organisation!) && wish.PassesWord(l.Organisation!)).ToList();
        var needs = wish.Columns.Any(c => ExportColumns.OfNeeds.Contains(c.Key))
            ? new Needs(await ledgers.ReadAsync(ct), await waitingBoard.ReadAsync(ct), viewer.Tops, MayDecide: false, lesson.Id) : null;
        var before = wish.Columns.Any(c => c.Key == ExportColumns.Before) && await reports.BeforeAsync(lesson, ct) is { } earlier
            ? (await figures.AllAsync(viewer, wish.Tree, wish.Organisation, earlier, ct)).ToDictionary(l => l.Organisation!.Id) : [];
        var adjusted = await figures.AdjustedAsync(lesson, ct);
        return Make(wish, "参学率-" + lesson.Id, lines, (line, key) => Area(line.Organisation!, key) ?? key switch
        {
            "members" => line.Figure.Members,
            "requests" or "appeals" when line.IsHidden => SheetCell.Empty,
            "requests" => needs!.Waiting.Area(line.Organisation!.Id).Requests,
            "appeals" => needs!.Waiting.Area(line.Organisation!.Id).Appeals,
            "transfers" => needs!.Waiting.Area(line.Organisation!.Id).Transfers,
            "overdue" => needs!.Waiting.Area(line.Organisation!.Id).Overdue,
            "needs" => string.Join("；", needs!.Of(line).Select(n => n.Words)),
            ExportColumns.Before => SheetCell.Percent(before.GetValueOrDefault(line.Organisation!.Id)?.Percent),
            _ when line.IsHidden => SheetCell.Empty,
            "exempt" => line.Figure.Exempt,
            "expected" => line.Figure.Members - line.Figure.Exempt,
            "completed" => line.Figure.Completed,
            "late" => line.Figure.Late,
            "visitors" => line.Figure.Visitors,
            "adjusted" => adjusted.GetValueOrDefault(line.Organisation!.Id),
            _ => SheetCell.Percent(line.Percent),
        });
    }

    private async Task<Sheet?> HistoryAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
    {
        if (wish.Lesson is not { } lesson)
        {
            return null;
        }

        var points = (await figures.HistoryAsync(viewer, wish.Organisation, lesson, ct)).ToList();
        return Make(wish, "近几期参学率-" + lesson.Id, points, (point, key) => key switch
        {
            "period" => point.Lesson.Id.ToString(),
            "title" => point.Lesson.Title,
            "closes" => ChinaTime.Table(point.Lesson.ClosesAt.AddSeconds(-1)),
            _ when point.Line.IsHidden => SheetCell.Empty,
            "expected" => point.Line.Figure.Members - point.Line.Figure.Exempt,
            "completed" => point.Line.Figure.Completed,
            _ => SheetCell.Percent(point.Line.Percent),
        });
    }

    private async Task<Sheet?> LedgerAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
    {
        var ledger = await ledgers.ReadAsync(ct);
        var nodes = ledger.Tree.Find(wish.Organisation.Id) is { } top ? ledger.Tree.Subtree(top).Where(wish.PassesGrade).ToList() : [];
        var sheet = Make(wish, "台账", nodes, (node, key) =>
        {
            var line = LedgerLine.Of(ledger, node, viewer.Tops);
            return Area(node, key) ?? key switch
            {
                "organisations" => line.Figure.Organisations,
                "branches" => line.Figure.Branches,
                "empty" => line.Figure.Empty,
                "no-secretary" => line.Figure.NoSecretary,
                "secretary-unbound" => line.Figure.SecretaryUnbound,
                "schools" => line.Figure.Schools,
                "covered" => line.Figure.CoveredSchools,
                "coverage" => SheetCell.Percent(line.CoveragePercent),
                "members" => line.Figure.Members,
                "unbound" => line.HidesUnbound ? SheetCell.Empty : line.Figure.Unbound,
                _ => line.HidesYouth ? SheetCell.Empty : line.Figure.Youth,
            };
        });
        return sheet with { At = ledger.At };
    }

    private async Task<Sheet> RosterAsync(ExportWish wish, CancellationToken ct)
    {
        var people = (await roster.ReadAsync(wish.Organisation.Id, ct)).Where(p => wish.PassesDuty(p.Duty)).ToList();
        return Make(wish, "名册", people, (person, key) => key switch
        {
            "path" => wish.Organisation.Path,
            "category" => person.Category.Word(),
            "birth" => person.BirthDate?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "exempt" => person.IsExempt ? "免学" : "",
            "bound" => person.IsBound ? "已绑定" : "没绑定",
            _ => Person(person.Name, person.MemberNumber, person.Duty, person.PhoneSealed, key),
        });
    }

    private async Task<Sheet?> UnstudiedAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
    {
        if (wish.Lesson is not { } lesson || await matrix.ReadAsync(viewer, wish.Organisation.Id, [lesson], ct) is not { } read)
        {
            return null;
        }

        var people = read.Rows.Where(r => r.Name is not null && r.Marks[0] == StudyMark.Missing && wish.PassesDuty(r.Duty)).ToList();
        return Make(wish, "还没学的-" + lesson.Id, people, (row, key) => Person(row.Name, row.MemberNumber, row.Duty, row.PhoneSealed, key));
    }

    private async Task<Sheet?> MatrixAsync(Viewer viewer, ExportWish wish, CancellationToken ct)
    {
        if (await matrix.ReadAsync(viewer, wish.Organisation.Id, wish.Span, ct) is not { } read)
        {
            return null;
        }

        var people = read.Rows.Where(r => wish.PassesDuty(r.Duty) && wish.PassesMark(r)).ToList();
        var sheet = Make(wish, "学习一览", people, (row, key) => Person(row.Name, row.MemberNumber, row.Duty, row.PhoneSealed, key));
        return sheet with
        {
            Headings = [.. sheet.Headings, .. wish.Span.Select(l => l.Id.ToString())],
            Rows = sheet.Rows.Zip(people, (cells, row) => (IReadOnlyList<SheetCell>)[.. cells, .. row.Marks.Select(m => (SheetCell)StudyWords.Of(m))]),
        };
    }

    private static SheetCell? Area(TreeNode node, string key) => key switch
    {
        "path" => (SheetCell)node.Path,
        "kind" => (SheetCell)node.Kind.Word(),
        "grade" => (SheetCell)Grades.Of(node.Path),
        _ => default(SheetCell?),
    };

    private SheetCell Person(string? name, string? number, Duty? duty, byte[]? phone, string key) => key switch
    {
        "name" => PersonWords.Of(name),
        "number" => number,
        "duty" => duty?.Word(),
        _ => phone is null ? null : vault.Open(phone),
    };

    private Sheet Make<T>(ExportWish wish, string what, List<T> items, Func<T, string, SheetCell> cell)
    {
        var now = clock.GetUtcNow();
        return new Sheet(
            $"{what}-{ChinaTime.DateOf(now):yyyyMMdd}",
            wish.Title ?? Title(wish),
            now,
            [.. wish.Columns.Select(c => c.Heading)],
            items.Count,
            items.Select(item => (IReadOnlyList<SheetCell>)[.. wish.Columns.Select(c => cell(item, c.Key))]));
    }
}
