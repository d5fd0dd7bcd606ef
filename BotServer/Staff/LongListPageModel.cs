using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Staff;

/// <summary>A page of lists that show their first rows and, asked for in the address, more of them.</summary>
internal abstract class LongListPageModel(CurrentStaff staff) : StaffPageModel(staff)
{
    /// <summary>Of one list; what is left comes up as the first ones are done.</summary>
    protected const int MaxRows = 500;

    private int _rows = FigureSheets.RowStep;

    [BindProperty(SupportsGet = true)]
    public int Rows
    {
        get => _rows;
        set => _rows = Math.Clamp(value, FigureSheets.RowStep, MaxRows);
    }

    /// <summary>The line below a list that goes on; null below a whole one.</summary>
    /// <param name="listId">Where the browser shall be afterwards.</param>
    /// <param name="keep">What else the address says, such as year=2026; null for nothing.</param>
    public MoreRows? More(int shown, int total, string listId, string unit, string? keep = null)
        => shown >= total ? null : new MoreRows(
            shown < MaxRows ? $"?{(keep is null ? null : keep + "&")}rows={Math.Min(Rows + (FigureSheets.RowStep * 2), MaxRows)}#{listId}" : null, shown, total - shown, unit);
}

/// <param name="At">The address that shows more; null when this is all that a page shows.</param>
/// <param name="Shown">How many there are above.</param>
internal sealed record MoreRows(string? At, int Shown, int Left, string Unit);
