using Bot.Core.Data;

namespace Bot.Core.Calendar;

/// <summary>Two people: nobody decides about what they submitted, or wrote any version of since the last approved one.</summary>
internal static class PieceAuthors
{
    public static IQueryable<Piece> NotBy(this IQueryable<Piece> pieces, BotDb db, string login)
        => pieces.Where(p => p.SubmittedBy != login && !db.PieceVersions.Any(v => v.PieceId == p.Id && v.Version > (p.OutVersion ?? 0) && v.By == login));
}
