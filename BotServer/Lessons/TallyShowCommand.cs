using System.Globalization;
using Bot.Core.Lessons;
using Bot.Server.Operator;
using CsvHelper;

namespace Bot.Server.Lessons;

internal sealed class TallyShowCommand(Figures figures, LessonShelf shelf, LessonPlan plan) : IOperatorCommand
{
    public static string Words => "tally show";

    public static string Usage => "tally show [--period S-P] [--under PATH] – figures down the tree as CSV; without a period the open one, else the last";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (await LessonAsync(call.Option("--period"), ct) is not { } lesson)
        {
            return call.Fail("There is no such published period. It looks like 9-2.");
        }

        var read = await figures.ReadAsync(lesson, ct);
        var (all, rolled) = (read.Tree, read.Figures);
        var under = call.Option("--under");
        var top = under is null ? null : all.FindByPath(under);
        if (under is not null && top is null)
        {
            return call.Fail("There is no organisation of this path.");
        }

        await using var csv = new CsvWriter(call.Out, CsvFiles.Settings(), leaveOpen: true);
        foreach (var heading in new[] { "path", "members", "exempt", "completed", "late", "visitors", "rate" })
        {
            csv.WriteField(heading);
        }

        await csv.NextRecordAsync();
        foreach (var node in top is null ? all.Nodes : all.Subtree(top))
        {
            var figure = rolled[node.Id];
            csv.WriteField(node.Path);
            csv.WriteField(figure.Members);
            csv.WriteField(figure.Exempt);
            csv.WriteField(figure.Completed);
            csv.WriteField(figure.Late);
            csv.WriteField(figure.Visitors);
            csv.WriteField(figure.Rate?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "");
            await csv.NextRecordAsync();
        }

        return 0;
    }

    private async Task<PublishedLesson?> LessonAsync(string? period, CancellationToken ct)
    {
        if (period is not null)
        {
            return LessonId.TryParse(period, null, out var id) ? await shelf.FindAsync(id, ct) : null;
        }

        return (await plan.CurrentAsync(ct)).IsRefused(out _, out var open) ? (await shelf.AllAsync(ct)).MaxBy(l => l.OpensAt) : open;
    }
}
