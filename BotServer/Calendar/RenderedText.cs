using Bot.Core.Calendar;
using Bot.Core.Lessons;

namespace Bot.Server.Calendar;

/// <summary>A text as people will see it, with what keeps it from going out.</summary>
internal sealed record RenderedText(IReadOnlyList<Section> Sections, IReadOnlyList<PieceFault> Faults)
{
    public static RenderedText Of(PieceKind kind, string body)
        => new(kind == PieceKind.Push ? [] : kind == PieceKind.Lesson ? LessonText.Sections(body, ownPictures: true) : [new Section("", LessonText.Html(body, ownPictures: true))], body.Trim().Length == 0 ? [] : PieceCheck.BodyFaults(kind, body.TrimEnd()));
}
