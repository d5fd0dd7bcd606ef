using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Server.Http;
using Bot.Server.Lessons;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Bot.Server.Calendar;

/// <summary>A version as a phone would show it, for whoever holds the signed link; in the console's frame. Nothing can be done here.</summary>
internal sealed class PreviewPageModel(PreviewTickets tickets, BotDb db, TimeProvider clock) : PageModel
{
    public PieceKind Kind { get; private set; }

    public LessonView? Lesson { get; private set; }

    public ArticleView? Article { get; private set; }

    public PushView? Push { get; private set; }

    public Notice? Notice { get; private set; }

    public async Task<IActionResult> OnGetAsync(string ticket, CancellationToken ct)
    {
        if (tickets.Open(ticket) is not { } asked)
        {
            return NotFound();
        }

        if (asked.PieceId == 0)
        {
            return await LessonAsync(asked.Version, ct);
        }

        if (await db.Pieces.AsNoTracking().FirstOrDefaultAsync(p => p.Id == asked.PieceId, ct) is not { } piece
            || await db.PieceVersions.AsNoTracking().FirstOrDefaultAsync(v => v.PieceId == asked.PieceId && v.Version == asked.Version, ct) is not { } version)
        {
            return NotFound();
        }

        PageHeaders.LetUsFrame(Response);
        var text = version.Read();
        Kind = piece.Kind;
        switch (piece.Kind)
        {
            case PieceKind.Lesson:
                PageHeaders.LetLessonShow(Response);
                var cover = text.Cover is { } typed && PieceCheck.IsPicture(typed) ? typed : await db.Lessons.Where(l => l.Id == piece.LessonId && l.Cover == text.Cover).Select(l => l.Cover).FirstOrDefaultAsync(ct);
                Lesson = Show(text with { Cover = cover }, LessonText.Sections(text.Body, ownPictures: true));
                break;
            case PieceKind.Article:
                Article = ArticleView.Of(text, clock.GetUtcNow());
                break;
            case PieceKind.Push:
                Push = PushView.Of(text.Title, text.Body, text.GoesOutAt, clock.GetUtcNow());
                break;
            default:
                Notice = new Notice(piece.Id, piece.OrganisationId, text.Title, LessonText.Html(text.Body, ownPictures: true), text.GoesOutAt, text.ClosesAt ?? text.GoesOutAt);
                break;
        }

        return Page();
    }

    private async Task<IActionResult> LessonAsync(int id, CancellationToken ct)
    {
        if (await db.Lessons.AsNoTracking().FirstOrDefaultAsync(l => l.Id == id, ct) is not { } lesson)
        {
            return NotFound();
        }

        // As it is out: what an operator imported may show pictures of other hosts.
        PageHeaders.LetUsFrame(Response);
        PageHeaders.LetLessonShow(Response);
        Lesson = Show(PieceText.Of(lesson), LessonText.Sections(lesson.Body));
        return Page();
    }

    /// <summary>As on the first day; a draft may lack what a lesson needs.</summary>
    private static LessonView Show(PieceText text, IReadOnlyList<Section> sections) => new(
        "preview", text.Season ?? 0, text.Period ?? 0, text.Title, text.ClosesAt is { } closes ? Core.ChinaTime.Say(closes, text.GoesOutAt) + " 截止" : "", false, text.MinSeconds ?? 60,
        text.Cover, text.Video, text.Transcript, [.. sections.Select(s => new SectionView(s.Title.Length == 0 ? null : s.Title, new HtmlString(s.Html)))],
        [.. text.Questions.Select((q, i) => new QuestionView($"q{i + 1}", q.Text, q.Options))], "", new ReceiptView("", "preview", text.Title, "", null, true, false));
}
