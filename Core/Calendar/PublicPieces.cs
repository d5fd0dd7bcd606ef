using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <param name="Id">Of the piece.</param>
public sealed record ArticleHead(int Id, string Title, DateTimeOffset At);

public sealed record Article(int Id, PieceText Text);

/// <summary>What young people read: the approved version, from its instant on, of a root or of an organisation that theirs lies in.</summary>
public sealed class PublicPieces(BotDb db, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    /// <param name="organisationId">Where the reader belongs; null for a visitor, who sees what is for everyone.</param>
    public Task<FirstRows<ArticleHead>> ArticlesAsync(int? organisationId, int atMost, CancellationToken ct)
        => Out(PieceKind.Article, organisationId).OrderByDescending(p => p.OutAt).ThenByDescending(p => p.Id).FirstRowsAsync(
            atMost, rows => rows.Join(db.PieceVersions, p => new { p.Id, Version = p.OutVersion!.Value }, v => new { Id = v.PieceId, v.Version }, (p, v) => new { p, v.Title })
                .OrderByDescending(r => r.p.OutAt).ThenByDescending(r => r.p.Id).Select(r => new ArticleHead(r.p.Id, r.Title, r.p.OutAt!.Value)), ct);

    public async Task<Article?> ArticleAsync(int id, int? organisationId, CancellationToken ct)
    {
        var text = await Out(PieceKind.Article, organisationId).Where(p => p.Id == id)
            .Join(db.PieceVersions, p => new { p.Id, Version = p.OutVersion!.Value }, v => new { Id = v.PieceId, v.Version }, (_, v) => v.Text).FirstOrDefaultAsync(ct);
        return text is null ? null : new Article(id, PieceText.Read(text));
    }

    private IQueryable<Piece> Out(PieceKind kind, int? organisationId)
    {
        var now = clock.GetUtcNow();
        return db.Pieces.AsNoTracking().Where(p => p.Kind == kind && p.OutAt <= now && (p.OutUntil == null || p.OutUntil > now)
            && (db.Organisations.Any(o => o.Id == p.OrganisationId && o.ParentId == null)
                || db.OrganisationAncestors.Any(a => a.OrganisationId == organisationId && a.AncestorId == p.OrganisationId)));
    }
}
