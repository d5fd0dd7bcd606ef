using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>Who has read what of which case, for supervisors.</summary>
internal sealed class HelpReadsPageModel(CurrentStaff staff, HelpScope scope, HelpReadLog log, ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    public const string Path = Home + "/reads";

    private const int UsualDays = 7;

    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    [BindProperty(SupportsGet = true)]
    public int? Case { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Login { get; set; }

    public IReadOnlyList<HelpReadRow> List { get; private set; } = [];

    public bool HasMore { get; private set; }

    public DateOnly Today { get; } = ChinaTime.DateOf(clock.GetUtcNow());

    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        (From, To) = (From ?? Today.AddDays(1 - UsualDays), To ?? Today);
        var login = string.IsNullOrWhiteSpace(Login) ? null : Login.Trim();
        if ((await log.ListAsync(Me, From.Value, To.Value, Case, login, Rows + 1, ct)).IsRefused(out var refusal, out var rows))
        {
            if (refusal.Kind == RefusalKind.NotFound)
            {
                return NotFound();
            }

            Refuse(refusal);
            return Page();
        }

        (List, HasMore) = ([.. rows.Take(Rows)], rows.Count > Rows);
        return Page();
    }

    /// <summary>This page with something else chosen.</summary>
    public string At(int? of, string? login, int? rows = null)
        => FormattableString.Invariant($"{Path}?from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}{(of is { } id ? $"&case={id}" : null)}{(login is { Length: > 0 } ? "&login=" + Uri.EscapeDataString(login) : null)}{(rows is { } n ? $"&rows={n}" : null)}");

    protected override bool May(HelpViewer me) => me.IsSupervisor;
}
