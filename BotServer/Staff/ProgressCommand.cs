using System.Globalization;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Staff;

/// <summary>"进度": the own branch's counts at once, and a secretary's way to the page, without a password.</summary>
internal sealed class ProgressCommand(
    Secretaries secretaries, OrganisationTree tree, FigureSheets sheets, Figures figures, EntryLinks links, ContentLibrary content) : IBotCommand
{
    public static string Name => "progress";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if ((await secretaries.OrganisationAsync(asked.By, ct)).IsRefused(out var refusal, out var organisation))
        {
            return content.Refuse(refusal);
        }

        var path = string.Create(CultureInfo.InvariantCulture, $"/staff/organisations/{organisation}");
        return Reply.Text(content.Reply(
            "progress.link",
            ("organisation", (await tree.AllAsync(ct)).Find(organisation)?.Name ?? ""),
            ("figures", await FiguresAsync(organisation, ct)),
            ("link", links.To(path, asked.By.Id, asked.MessageKey))));
    }

    /// <summary>Counts only: what is in a chat is easily passed on.</summary>
    private async Task<string> FiguresAsync(int organisation, CancellationToken ct)
    {
        if ((await sheets.LessonAsync(null, ct)).IsRefused(out _, out var lesson) || lesson is null)
        {
            return content.Reply("progress.no-lesson");
        }

        if (await figures.OfBranchAsync(lesson, organisation, ct) is not { } figure)
        {
            return content.Reply("progress.being-settled", ("title", lesson.Title));
        }

        var line = new FigureLine(null, figure, default, IsHidden: false);
        var expected = figure.Members - figure.Exempt;
        return expected == 0 ? content.Reply("progress.nobody", ("title", lesson.Title)) : content.Reply(
            "progress.figures",
            ("title", lesson.Title),
            ("expected", Text(expected)),
            ("completed", Text(figure.Completed)),
            ("left", Text(expected - figure.Completed)),
            ("rate", line.Rate));
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
