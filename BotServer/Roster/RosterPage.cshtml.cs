using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Roster;

/// <summary>The imports that a viewer may know of, and the form for the next one.</summary>
[NoFormValues]
[IgnoreAntiforgeryToken] // checked by RosterForm, before a byte of the file is taken in
internal sealed class RosterPageModel(
    CurrentStaff staff, RosterUploads uploads, RosterForm form, RosterIntake intake, RosterOptions options, OrganisationTree tree, ContentLibrary content) : StaffPageModel(staff)
{
    public const int RowStep = 20;

    private const int MaxRows = 500;

    [BindProperty(SupportsGet = true)]
    public int Rows { get; set; } = RowStep;

    public IReadOnlyList<UploadSeen> Imports { get; private set; } = [];

    public bool HasMore { get; private set; }

    /// <summary>The viewer's own that is not over.</summary>
    public UploadSeen? Open { get; private set; }

    /// <summary>Paths of what the viewer may import for.</summary>
    public IReadOnlyList<string> Tops { get; private set; } = [];

    public string? Problem { get; private set; }

    public int MaxMegabytes => options.MaxUploadMegabytes;

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => RosterUploads.May(Viewer) ? await ShowAsync(ct) : NotFound();

    public IActionResult OnGetTemplate(string? format)
        => !RosterUploads.May(Viewer) ? NotFound()
            : format == "csv" ? File(RosterTemplate.Csv(), "text/csv; charset=utf-8", "名册模板.csv")
            : File(RosterTemplate.Workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "名册模板.xlsx");

    public async Task<IActionResult> OnPostAsync(CancellationToken ct)
    {
        if (!RosterUploads.May(Viewer))
        {
            return NotFound();
        }

        try
        {
            if ((await form.ReadAsync(HttpContext, name => OrderAsync(name, ct), ct)).IsRefused(out var refusal, out var taken))
            {
                Problem = content.Reply(refusal.Code, ("limit", $"{MaxMegabytes}"), ("most", $"{RosterIntake.MostHeld}"));
                return await ShowAsync(ct);
            }

            var id = await BeginAsync(taken.Order, taken.File, ct);
            return RedirectToPage("/Roster/ImportPage", new { id });
        }
        catch (Exception e) when (e is AntiforgeryValidationException or InvalidDataException)
        {
            return BadRequest();
        }
    }

    private async Task<Result<RosterOrder>> OrderAsync(string fileName, CancellationToken ct)
        => intake.HasRoomFor(Viewer.Actor) ? await uploads.OrderAsync(Viewer, fileName, ct) : RosterIntake.Busy;

    private async Task<int> BeginAsync(RosterOrder order, Stream file, CancellationToken ct)
    {
        try
        {
            var id = await uploads.BeginAsync(order, ct);
            intake.Begin(id, order, file);
            return id;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        Rows = Math.Clamp(Rows, RowStep, MaxRows);
        var found = await uploads.ListAsync(Viewer, Rows + 1, ct);
        (Imports, HasMore) = ([.. found.Take(Rows)], found.Count > Rows && Rows < MaxRows);
        Open = await uploads.OpenAsync(Viewer, ct);
        var all = await tree.AllAsync(ct);
        Tops = [.. Viewer.ImportTops.Select(all.PathOf).OfType<string>()];
        return Page();
    }
}
