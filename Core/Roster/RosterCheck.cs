using System.Globalization;

namespace Bot.Core.Roster;

/// <summary>Checks a roster file line by line and collects what it says and every fault.</summary>
internal sealed class RosterCheck(string[] header, DateOnly today)
{
    private const int MaxName = 60;
    private const int MaxNumber = 64;

    private readonly RosterPaths _paths = new();
    private readonly Dictionary<string, int> _rosterIds = [];
    private readonly Dictionary<string, int> _memberNumbers = [];
    private readonly Dictionary<(RosterOrganisation, string, DateOnly?), int> _nameless = [];
    private TableLine _line;

    public List<RosterRow> Rows { get; } = [];

    public List<RosterFault> Faults { get; } = [];

    public IReadOnlyList<RosterOrganisation> Organisations => _paths.All;

    public bool SaysDuties { get; } = header.Contains(RosterColumns.Duty);

    public bool IsEmpty { get; private set; } = true;

    public void Add(TableLine line)
    {
        _line = line;
        IsEmpty = false;
        if (line.Cells.Where((cell, i) => cell.Length > 0 && (i >= header.Length || header[i].Length == 0)).Any())
        {
            Fault("", RosterFaults.TooManyCells);
            return;
        }

        var before = Faults.Count;
        var organisation = Organisation();
        var kind = Kind();
        if (Cell(RosterColumns.Name).Length == 0)
        {
            DeclareOnly(organisation, kind);
            return;
        }

        // An empty 组织类型 beside a person says nothing about the organisation; on a row of its own it says 支部.
        if (Cell(RosterColumns.Kind).Length > 0)
        {
            Declare(organisation, kind);
        }

        var row = Person(organisation);
        if (Faults.Count == before && row is not null && IsNew(row))
        {
            Rows.Add(row);
        }
    }

    private RosterOrganisation? Organisation()
    {
        var path = Cell(RosterColumns.Path);
        if (path.Length == 0)
        {
            Fault(RosterColumns.Path, RosterFaults.Missing);
            return null;
        }

        var organisation = _paths.Find(path, out var code);
        if (organisation is null)
        {
            Fault(RosterColumns.Path, code, ("limit", Text(code == RosterFaults.TooDeep ? RosterPaths.MaxDepth : RosterPaths.MaxPart)));
        }

        return organisation;
    }

    private OrganisationKind? Kind()
    {
        if (OrganisationKinds.TryParse(Cell(RosterColumns.Kind), out var kind))
        {
            return kind;
        }

        Fault(RosterColumns.Kind, RosterFaults.UnknownKind, ("words", string.Join("、", OrganisationKinds.All)));
        return null;
    }

    private void DeclareOnly(RosterOrganisation? organisation, OrganisationKind? kind)
    {
        if (header.Where(c => c is not ("" or RosterColumns.Path or RosterColumns.Kind)).Any(c => Cell(c).Length > 0))
        {
            Fault(RosterColumns.Name, RosterFaults.WithoutName);
            return;
        }

        Declare(organisation, kind);
    }

    private void Declare(RosterOrganisation? organisation, OrganisationKind? kind)
    {
        if (organisation is not null && kind is { } told && !organisation.TryDeclare(told, _line.Line))
        {
            Fault(RosterColumns.Kind, RosterFaults.TwoKinds, ("line", Text(organisation.KindLine)), ("kind", organisation.Kind!.Value.Word()));
        }
    }

    private RosterRow? Person(RosterOrganisation? organisation)
    {
        var name = Opaque(RosterColumns.Name, MaxName);
        var birth = BirthDate();
        var phone = Phone();
        var number = Opaque(RosterColumns.MemberNumber, MaxNumber);
        var rosterId = Opaque(RosterColumns.RosterId, MaxNumber);
        var category = OneOf(RosterColumns.Category, RosterWords.Categories, RosterFaults.UnknownCategory);
        if (Cell(RosterColumns.Category).Length == 0)
        {
            Fault(RosterColumns.Category, RosterFaults.Missing);
        }

        var duty = OneOf(RosterColumns.Duty, RosterWords.Duties, RosterFaults.UnknownDuty);
        return organisation is null || name is null || category is null ? null
            : new RosterRow(_line.Line, organisation, name, birth, phone, number, category.Value, rosterId, duty);
    }

    /// <summary>Within the file: ids are given once, and two people can be told apart.</summary>
    private bool IsNew(RosterRow row)
    {
        var before = Faults.Count;
        Once(_rosterIds, row.RosterId, RosterColumns.RosterId);
        Once(_memberNumbers, row.MemberNumber, RosterColumns.MemberNumber);
        if (row.RosterId is null && row.MemberNumber is null && !_nameless.TryAdd((row.Organisation, row.NameKey, row.BirthDate), row.Line))
        {
            Fault(RosterColumns.Name, RosterFaults.CannotTellApart, ("line", Text(_nameless[(row.Organisation, row.NameKey, row.BirthDate)])));
        }

        return Faults.Count == before;
    }

    private void Once(Dictionary<string, int> seen, string? value, string column)
    {
        if (value is not null && !seen.TryAdd(value, _line.Line))
        {
            Fault(column, RosterFaults.Twice, ("line", Text(seen[value])));
        }
    }

    private string? Opaque(string column, int limit)
    {
        var text = Cell(column);
        var code = text.Length > limit ? RosterFaults.TooLong
            : text.Any(char.IsControl) ? RosterFaults.ControlCharacter
            : LooksRounded(text) ? RosterFaults.Exponent
            : null;
        if (code is not null)
        {
            Fault(column, code, ("limit", Text(limit)));
        }

        return text.Length == 0 || code is not null ? null : text;
    }

    /// <summary>1.39123E+17: what Excel leaves of a long number.</summary>
    private static bool LooksRounded(string text)
        => text.Contains("E+", StringComparison.OrdinalIgnoreCase) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private DateOnly? BirthDate()
    {
        var text = Cell(RosterColumns.BirthDate);
        if (text.Length == 0)
        {
            return null;
        }

        string[] formats = ["yyyy-M-d", "yyyy/M/d", "yyyyMMdd", "yyyy年M月d日"];
        if (!DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            Fault(RosterColumns.BirthDate, RosterFaults.NoDate);
            return null;
        }

        if (day > today || day.Year < 1900)
        {
            Fault(RosterColumns.BirthDate, RosterFaults.DateRange);
        }

        return day;
    }

    private string? Phone()
    {
        var text = Cell(RosterColumns.Phone);
        if (text.Length == 0)
        {
            return null;
        }

        var digits = string.Concat(Names.Narrow(text).Where(c => c is not ('-' or '‐' or '–') && !char.IsWhiteSpace(c)));
        digits = digits.StartsWith("+86", StringComparison.Ordinal) ? digits[3..] : digits;
        if (digits.Length != 11 || digits[0] != '1' || !digits.All(char.IsAsciiDigit))
        {
            Fault(RosterColumns.Phone, RosterFaults.NoPhone);
            return null;
        }

        return digits;
    }

    private T? OneOf<T>(string column, IReadOnlyDictionary<string, T> words, string code)
        where T : struct
    {
        var text = Cell(column);
        if (text.Length == 0)
        {
            return null;
        }

        if (words.TryGetValue(text, out var value))
        {
            return value;
        }

        Fault(column, code, ("words", string.Join("、", words.Keys)));
        return null;
    }

    private string Cell(string column)
    {
        var at = Array.IndexOf(header, column);
        return at >= 0 && at < _line.Cells.Length ? _line.Cells[at] : "";
    }

    private void Fault(string column, string code, params (string Name, string Value)[] values) => Faults.Add(new RosterFault(_line.Line, column, code, values));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
