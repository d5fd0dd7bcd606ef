using Bot.Core.Calendar;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>Articles for everyone, and for those who have come in by a link those of their organisation and above.</summary>
internal sealed class ArticlesPageModel(CurrentPerson me, PublicPieces pieces, Belongings belongings, TimeProvider clock) : PersonPageModel(me)
{
    private const int Step = 20;
    private const int Most = 500;

    protected override bool NeedsPerson => false;

    public FirstRows<ArticleHead> List { get; private set; } = FirstRows<ArticleHead>.None;

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public int Rows { get; private set; }

    public async Task OnGetAsync(int rows, CancellationToken ct)
    {
        Rows = Math.Clamp(rows, Step, Most);
        List = await pieces.ArticlesAsync(IsSignedIn ? (await belongings.FindAsync(Me.Account, ct)).OrganisationId : null, Rows, ct);
    }
}

internal sealed class ArticlePageModel(CurrentPerson me, PublicPieces pieces, Belongings belongings, TimeProvider clock) : PersonPageModel(me)
{
    protected override bool NeedsPerson => false;

    public ArticleView Article { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (await pieces.ArticleAsync(id, IsSignedIn ? (await belongings.FindAsync(Me.Account, ct)).OrganisationId : null, ct) is not { } article)
        {
            return NotFound();
        }

        Article = ArticleView.Of(article.Text, clock.GetUtcNow());
        return Page();
    }
}
