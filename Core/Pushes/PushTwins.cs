using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Pushes;

/// <summary>Another push that says the same to the same people.</summary>
/// <param name="At">When it went or goes out.</param>
/// <param name="By">Login of who approved it; null for a viewer who does not see it.</param>
public sealed record PushTwin(int PieceId, DateTimeOffset At, string? By);

/// <summary>Two equal pushes within a day are rarely meant: the second wants to be confirmed once more.</summary>
public sealed class PushTwins(BotDb db, PieceRights rights)
{
    public static readonly Refusal Twice = new(RefusalKind.Conflict, "push.twice", "The same goes out to the same people within a day: it has to be confirmed once more.");

    /// <summary>Before and after.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromHours(24);

    /// <param name="text">Of the piece's newest version.</param>
    /// <returns>The nearest; null where there is none. What nobody has approved does not count.</returns>
    public async Task<PushTwin?> FindAsync(Viewer viewer, Piece piece, PieceText text, CancellationToken ct)
    {
        if (piece.Kind != PieceKind.Push)
        {
            return null;
        }

        var (from, to) = (piece.GoesOutAt - Near, piece.GoesOutAt + Near);
        var others = await (
            from other in db.Pieces.AsNoTracking()
            where other.Kind == PieceKind.Push && other.Id != piece.Id && other.OutVersion != null
            join version in db.PieceVersions on new { other.Id, Version = other.OutVersion!.Value } equals new { Id = version.PieceId, version.Version }
            join started in db.Pushes on other.Id equals started.PieceId into pushes
            from push in pushes.DefaultIfEmpty()
            let at = push == null ? other.OutAt!.Value : push.StartedAt
            where at >= @from && at <= to
            select new { other.Id, other.OrganisationId, At = at, other.DecidedBy, version.Text }).ToListAsync(ct);
        var key = KeyOf(piece.OrganisationId, text);
        foreach (var other in others.OrderBy(o => (o.At - piece.GoesOutAt).Duration()))
        {
            if (KeyOf(other.OrganisationId, PieceText.Read(other.Text)) == key)
            {
                return new PushTwin(other.Id, other.At, await rights.MaySeeAsync(viewer, other.OrganisationId, ct) ? other.DecidedBy : null);
            }
        }

        return null;
    }

    private static string KeyOf(int organisationId, PieceText text) => $"{text.Audience?.Key(organisationId)}\n{text.Title}\n{text.Body}";
}
