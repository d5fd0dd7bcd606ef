namespace Bot.Core.Roster;

/// <summary>What is wrong with one cell of a roster file; a file with faults is not imported at all.</summary>
/// <param name="Line">As an editor or Excel counts, from 1; 0 when the file as a whole is meant.</param>
/// <param name="Column">The header's word; empty when the line as a whole is meant.</param>
/// <param name="Code">One of <see cref="RosterFaults"/>; its sentence is in Content/replies.yaml.</param>
/// <param name="Values">What fills the sentence's placeholders.</param>
public sealed record RosterFault(int Line, string Column, string Code, params (string Name, string Value)[] Values);

/// <summary>All codes of <see cref="RosterFault"/>.</summary>
public static class RosterFaults
{
    public const string TooLarge = "roster.file-too-large";
    public const string NotText = "roster.file-not-text";
    public const string BrokenText = "roster.text-broken";
    public const string NotWorkbook = "roster.file-not-workbook";
    public const string OldWorkbook = "roster.file-old-workbook";
    public const string NoRows = "roster.file-empty";
    public const string TooManyRows = "roster.too-many-rows";
    public const string TooManyColumns = "roster.too-many-columns";
    public const string UnknownColumn = "roster.column-unknown";
    public const string MissingColumn = "roster.column-missing";
    public const string DoubleColumn = "roster.column-twice";
    public const string Quotes = "roster.quotes";
    public const string TooManyCells = "roster.too-many-cells";

    public const string Missing = "roster.missing";
    public const string TooLong = "roster.too-long";
    public const string ControlCharacter = "roster.control-character";
    public const string Exponent = "roster.exponent";
    public const string Formula = "roster.formula";
    public const string ErrorValue = "roster.error-value";
    public const string EmptyPart = "roster.path-part-empty";
    public const string TooDeep = "roster.path-too-deep";
    public const string UnknownKind = "roster.kind-unknown";
    /// <summary>A new organisation of the name of one above it.</summary>
    public const string Loop = "roster.path-loop";

    /// <summary>One stored organisation under two parents.</summary>
    public const string TwoParents = "roster.two-parents";

    public const string TwoKinds = "roster.kind-contradicts";
    public const string NoDate = "roster.date-unreadable";
    public const string DateRange = "roster.date-range";
    public const string NoPhone = "roster.phone";
    public const string UnknownCategory = "roster.category-unknown";
    public const string UnknownDuty = "roster.duty-unknown";
    public const string WithoutName = "roster.name-missing";

    public const string Twice = "roster.twice-in-file";
    /// <summary>Not in the subtree of whoever imports.</summary>
    public const string Outside = "roster.outside";

    /// <summary>Speaks of somebody who belongs outside of that subtree now: only whoever answers for both may take them over.</summary>
    public const string Elsewhere = "roster.elsewhere";

    public const string CannotTellApart = "roster.cannot-tell-apart";
    public const string SamePerson = "roster.same-person";
    public const string NumberOfAnother = "roster.number-of-another";
    public const string SeveralFit = "roster.several-fit";
    public const string PerhapsKnown = "roster.perhaps-known";

    /// <summary>Speaks of somebody who was taken off the roster.</summary>
    public const string Removed = "roster.removed";
}

/// <summary>Counts every fault and keeps the first thousand: who mends those reads the file again anyway.</summary>
public sealed class RosterFaultList
{
    public const int MostKept = 1000;

    private readonly List<RosterFault> _first = [];

    public int Count { get; private set; }

    /// <summary>In the order they were found.</summary>
    public IReadOnlyList<RosterFault> First => _first;

    public void Add(RosterFault fault)
    {
        Count++;
        if (_first.Count < MostKept)
        {
            _first.Add(fault);
        }
    }

    internal void Clear()
    {
        Count = 0;
        _first.Clear();
    }
}
