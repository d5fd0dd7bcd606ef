namespace Bot.Core.Roster;

/// <summary>
/// A roster file, read and checked: what it declares, or everything that is wrong with it. CSV in UTF-8 or GB18030, or XLSX.
/// </summary>
public sealed class RosterFile
{
    public const int MaxColumns = 50;
    public const int MaxBytes = 64 * 1024 * 1024;

    private RosterFile(IReadOnlyList<RosterOrganisation> organisations, IReadOnlyList<RosterRow> rows, bool saysDuties, IReadOnlyList<RosterFault> faults)
        => (Organisations, Rows, SaysDuties, Faults) = (organisations, rows, saysDuties, faults);

    /// <summary>Parents before their children.</summary>
    public IReadOnlyList<RosterOrganisation> Organisations { get; }

    public IReadOnlyList<RosterRow> Rows { get; }

    /// <summary>True when there is a column 职务: an empty cell then means that the person has none.</summary>
    public bool SaysDuties { get; }

    /// <summary>In the order of the file; when there is one, nothing else here may be used.</summary>
    public IReadOnlyList<RosterFault> Faults { get; }

    /// <param name="today">The day in China: nobody is born after it.</param>
    /// <param name="asWorkbook">The file's name says XLSX: text is refused, too.</param>
    public static RosterFile Read(byte[] file, DateOnly today, bool asWorkbook = false)
    {
        RosterCheck? check = null;
        try
        {
            foreach (var line in RosterTable.Read(file, asWorkbook))
            {
                if (check is not null)
                {
                    check.Add(line);
                    continue;
                }

                var faults = HeaderFaults(line);
                if (faults.Count > 0)
                {
                    return Faulty(faults);
                }

                check = new RosterCheck(line.Cells, today);
            }
        }
        catch (TableException e)
        {
            return Faulty([.. check?.Faults ?? [], e.Fault]);
        }

        return check is null or { IsEmpty: true }
            ? Faulty([new RosterFault(0, "", RosterFaults.NoRows)])
            : new RosterFile(check.Organisations, check.Rows, check.SaysDuties, check.Faults);
    }

    private static RosterFile Faulty(IReadOnlyList<RosterFault> faults) => new([], [], false, faults);

    private static List<RosterFault> HeaderFaults(TableLine header)
    {
        var faults = new List<RosterFault>();
        var named = header.Cells.Where(c => c.Length > 0).ToList();
        if (header.Cells.Length > MaxColumns && Array.FindLastIndex(header.Cells, c => c.Length > 0) >= MaxColumns)
        {
            faults.Add(new RosterFault(header.Line, "", RosterFaults.TooManyColumns, ("limit", MaxColumns.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            return faults;
        }

        var known = RosterColumns.Required.Concat(RosterColumns.Optional).ToHashSet();
        faults.AddRange(named.Where(c => !known.Contains(c)).Distinct().Select(c => new RosterFault(header.Line, c, RosterFaults.UnknownColumn)));
        faults.AddRange(named.GroupBy(c => c).Where(g => known.Contains(g.Key) && g.Count() > 1)
            .Select(g => new RosterFault(header.Line, g.Key, RosterFaults.DoubleColumn)));
        faults.AddRange(RosterColumns.Required.Except(named).Select(c => new RosterFault(header.Line, c, RosterFaults.MissingColumn)));
        return faults;
    }
}
