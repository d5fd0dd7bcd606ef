using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>One correction that a person asked for: the row that it speaks of, to be put right here.</summary>
internal sealed class TrayCorrectionModel(CurrentStaff staff, Tray tray, TrayCorrections corrections, SeenNames seen, OrganisationTree tree, ContentLibrary content) : TrayItemPageModel(staff, content)
{
    public TrayItem Item { get; private set; } = null!;

    public TreeNode? Organisation { get; private set; }

    /// <summary>As stored, or as typed when that was refused; null where there is no row to put right.</summary>
    public EditedEntry? Form { get; private set; }

    public string? PhoneLast4 { get; private set; }

    public Task<IActionResult> OnGetAsync(int id, CancellationToken ct) => ShowAsync(id, null, ct);

    public async Task<IActionResult> OnPostCorrectAsync(int id, string? name, DateOnly? birthDate, string? memberNumber, string? phone, CancellationToken ct)
    {
        var typed = new EditedEntry((name ?? "").Trim(), birthDate, Filled(memberNumber), Filled(phone) is { } digits ? Names.Narrow(digits).Replace(" ", "").Replace("-", "") : null);
        return await AfterAsync(await corrections.CloseAsync(id, Viewer.TrayTops, true, typed, Viewer.Actor, ct), "corrected", () => ShowAsync(id, typed, ct));
    }

    public async Task<IActionResult> OnPostCloseAsync(int id, bool accepted, CancellationToken ct)
        => await AfterAsync(await corrections.CloseAsync(id, Viewer.TrayTops, accepted, null, Viewer.Actor, ct), accepted ? "corrected" : "not-corrected", () => ShowAsync(id, null, ct));

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <param name="typed">What was refused, so that nothing is lost.</param>
    private async Task<IActionResult> ShowAsync(int id, EditedEntry? typed, CancellationToken ct)
    {
        if ((await corrections.EntryAsync(id, Viewer.TrayTops, ct)).IsRefused(out _, out var entry))
        {
            return NotFound();
        }

        if (await tray.FindCorrectionAsync(id, Viewer.TrayTops, ct) is not { } item)
        {
            return GoneAlready();
        }

        await seen.NoteAsync(Viewer, $"correction:{id}", [item.OrganisationId], ct);
        Item = item;
        Organisation = item.OrganisationId is { } organisation ? (await tree.AllAsync(ct)).Find(organisation) : null;
        Form = typed ?? (entry is null ? null : new EditedEntry(entry.Name ?? "", entry.BirthDate, entry.MemberNumber, null));
        PhoneLast4 = entry?.PhoneLast4;
        return Page();
    }
}
