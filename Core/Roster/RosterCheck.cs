using System.Globalization;

namespace Bot.Core.Roster;

/// <summary>Checks a roster file line by line; what concerns several lines at once is for <see cref="RosterMatch"/>.</summary>
internal sealed class RosterCheck
{
    private const int MaxName = 60;
    private const int MaxNumber = 64;

    private static readonly string[] DateFormats = ["yyyy-M-d", "yyyy/M/d", "yyyyMMdd", "yyyy年M月d日"];

    private static readonly HashSet<string> ErrorValues = ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];

    private readonly RosterPaths _paths = new();
    private readonly Dictionary<string, int> _columns = [];
    private readonly string[] _header;
    private readonly int[] _personal;
    private readonly DateOnly _today;
    private TableLine _line;

    /// <param name="today">The day in China: nobody is born after it.</param>
    public RosterCheck(string[] header, DateOnly today, RosterFaultList faults)
    {
        (_today, Faults, _header) = (today, faults, header);
        for (var i = 0; i < header.Length; i++)
        {
            _columns[header[i]] = i;
        }

        _personal = [.. _columns.Where(c => c.Key is not ("" or RosterColumns.Path or RosterColumns.Kind)).Select(c => c.Value)];
    }

    public RosterFaultList Faults { get; }

    public IReadOnlyList<RosterOrganisation> Organisations => _paths.All;

    public bool SaysDuties => _columns.ContainsKey(RosterColumns.Duty);

    public bool IsEmpty { get; private set; } = true;

    /// <returns>Null where the line only declares an organisation, or is faulty.</returns>
    public RosterRow? Read(TableLine line)
    {
        _line = line;
        IsEmpty = false;
        var before = Faults.Count;
        for (var i = 0; i < line.Cells.Length; i++)
        {
            if (line.Cells[i].Length > 0 && (i >= _header.Length || _header[i].Length == 0))
            {
                Fault("", RosterFaults.TooManyCells);
                return null;
            }

            if (Leftover(line.Cells[i]) is { } code)
            {
                Fault(_header[i], code);
            }
        }

        if (Faults.Count > before)
        {
            return null;
        }

        var organisation = Organisation();
        var kind = Kind();
        if (Cell(RosterColumns.Name).Length == 0)
        {
            DeclareOnly(organisation, kind);
            return null;
        }

        // An empty 组织类型 beside a person says nothing about the organisation; on a row of its own it says 支部.
        if (Cell(RosterColumns.Kind).Length > 0)
        {
            Declare(organisation, kind);
        }

        var row = Person(organisation);
        return Faults.Count == before ? row : null;
    }

    /// <summary>A formula that was saved as text, or what Excel shows where one failed.</summary>
    private static string? Leftover(string cell)
        => cell.Length < 2 ? null : cell[0] == '=' ? RosterFaults.Formula : cell[0] == '#' && ErrorValues.Contains(cell) ? RosterFaults.ErrorValue : null;

    private RosterOrganisation? Organisation()
    {
        var path = Cell(RosterColumns.Path);
        if (path.Length == 0)
        {
            Fault(RosterColumns.Path, RosterFaults.Missing);
            return null;
        }

        var organisation = _paths.Find(path, _line.Line, out var code);
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
        if (Array.Exists(_personal, i => i < _line.Cells.Length && _line.Cells[i].Length > 0))
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

    private string? Opaque(string column, int limit)
    {
        var text = Cell(column);
        var code = text.Length > limit ? RosterFaults.TooLong
            : HasControl(text) ? RosterFaults.ControlCharacter
            : LooksRounded(text) ? RosterFaults.Exponent
            : null;
        if (code is not null)
        {
            Fault(column, code, ("limit", Text(limit)));
        }

        return text.Length == 0 || code is not null ? null : text;
    }

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>1.39123E+17: what Excel leaves of a long number.</summary>
    private static bool LooksRounded(string text)
        => text.AsSpan().IndexOfAny('E', 'e') >= 0 && text.Contains("E+", StringComparison.OrdinalIgnoreCase) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private DateOnly? BirthDate()
    {
        var text = Cell(RosterColumns.BirthDate);
        if (text.Length == 0)
        {
            return null;
        }

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && !DateOnly.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
        {
            Fault(RosterColumns.BirthDate, RosterFaults.NoDate);
            return null;
        }

        if (day > _today || day.Year < 1900)
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

        if (IsPhone(text))
        {
            return text;
        }

        var digits = string.Concat(Names.Narrow(text).Where(c => c is not ('-' or '‐' or '–') && !char.IsWhiteSpace(c)));
        digits = digits.StartsWith("+86", StringComparison.Ordinal) ? digits[3..] : digits;
        if (!IsPhone(digits))
        {
            Fault(RosterColumns.Phone, RosterFaults.NoPhone);
            return null;
        }

        return digits;
    }

    private static bool IsPhone(string digits) => digits.Length == 11 && digits[0] == '1' && !digits.AsSpan().ContainsAnyExceptInRange('0', '9');

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
        return _columns.TryGetValue(column, out var at) && at < _line.Cells.Length ? _line.Cells[at] : "";
    }

    private void Fault(string column, string code, params (string Name, string Value)[] values) => Faults.Add(new RosterFault(_line.Line, column, code, values));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
