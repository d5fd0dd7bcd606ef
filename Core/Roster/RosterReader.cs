using System.Globalization;

namespace Bot.Core.Roster;

/// <summary>
/// Reads and checks a roster file row by row, CSV in UTF-8 or GB18030, or XLSX: what it declares, and everything that is wrong with it.
/// Nothing but the organisations, of which there are few, is kept.
/// </summary>
/// <param name="file">Can seek; is left open.</param>
/// <param name="today">The day in China: nobody is born after it.</param>
/// <param name="asWorkbook">The file's name says XLSX: text is refused, too.</param>
public sealed class RosterReader(Stream file, DateOnly today, bool asWorkbook = false)
{
    public const int MaxColumns = 50;

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RosterCheck? _check;

    /// <summary>Parents before their children; complete once the rows were read.</summary>
    public IReadOnlyList<RosterOrganisation> Organisations => _check?.Organisations ?? [];

    /// <summary>True when there is a column 职务: an empty cell then means that the person has none.</summary>
    public bool SaysDuties => _check?.SaysDuties ?? false;

    /// <summary>When there is one after reading, nothing of the file may be used.</summary>
    public RosterFaultList Faults { get; } = new();

    /// <summary>0 to 1, of a text; a workbook is read in jumps.</summary>
    public double Progress => file.Length == 0 ? 1 : Math.Min(1, (double)file.Position / file.Length);

    /// <summary>Done once the columns are known, or reading has ended without.</summary>
    internal Task Begun => _begun.Task;

    /// <summary>Of the file.</summary>
    internal long Bytes => file.Length;

    /// <summary>The people's rows that have no fault, in order; to be read to the end. Once more reads the file anew.</summary>
    public IEnumerable<RosterRow> Rows()
    {
        _check = null;
        Faults.Clear();
        using var lines = Lines().GetEnumerator();
        if (Next(lines))
        {
            CheckHeader(lines.Current);
            if (Faults.Count > 0)
            {
                yield break;
            }

            _check = new RosterCheck(lines.Current.Cells, today, Faults);
            _begun.TrySetResult();
        }

        while (_check is not null && Next(lines))
        {
            if (_check.Read(lines.Current) is { } row)
            {
                yield return row;
            }
        }

        if (Faults.Count == 0 && _check is null or { IsEmpty: true })
        {
            Faults.Add(new RosterFault(0, "", RosterFaults.NoRows));
        }
    }

    /// <summary>A method of its own, so that opening the file fails like reading it.</summary>
    private IEnumerable<TableLine> Lines()
    {
        foreach (var line in RosterTable.Read(file, asWorkbook))
        {
            yield return line;
        }
    }

    private bool Next(IEnumerator<TableLine> lines)
    {
        try
        {
            return lines.MoveNext();
        }
        catch (TableException e)
        {
            Faults.Add(e.Fault);
            return false;
        }
    }

    private void CheckHeader(TableLine header)
    {
        if (header.Cells.Length > MaxColumns && Array.FindLastIndex(header.Cells, c => c.Length > 0) >= MaxColumns)
        {
            Faults.Add(new RosterFault(header.Line, "", RosterFaults.TooManyColumns, ("limit", MaxColumns.ToString(CultureInfo.InvariantCulture))));
            return;
        }

        var named = header.Cells.Where(c => c.Length > 0).ToList();
        var known = RosterColumns.Required.Concat(RosterColumns.Optional).ToHashSet();
        named.Where(c => !known.Contains(c)).Distinct().ToList().ForEach(c => Faults.Add(new RosterFault(header.Line, c, RosterFaults.UnknownColumn)));
        named.GroupBy(c => c).Where(g => known.Contains(g.Key) && g.Count() > 1).ToList()
            .ForEach(g => Faults.Add(new RosterFault(header.Line, g.Key, RosterFaults.DoubleColumn)));
        RosterColumns.Required.Except(named).ToList().ForEach(c => Faults.Add(new RosterFault(header.Line, c, RosterFaults.MissingColumn)));
    }
}
