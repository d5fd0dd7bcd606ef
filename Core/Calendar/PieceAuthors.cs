using Bot.Core.Data;
using Bot.Core.Staff;

namespace Bot.Core.Calendar;

/// <summary>Two people: nobody decides about what they submitted, or wrote any version of since the last approved one.</summary>
internal static class PieceAuthors
{
    /// <param name="logins">One person's, see <see cref="OneHand"/>.</param>
    public static IQueryable<Piece> NotBy(this IQueryable<Piece> pieces, BotDb db, IReadOnlyList<string> logins)
        => pieces.Where(p => (p.SubmittedBy == null || !logins.Contains(p.SubmittedBy)) && !db.PieceVersions.Any(v => v.PieceId == p.Id && v.Version > (p.OutVersion ?? 0) && logins.Contains(v.By)));
}
