namespace Bot.Core.Roster;

/// <summary>What a roster row says of a person, as a secretary sees and corrects it.</summary>
/// <param name="PhoneLast4">Of the stored phone; null when there is none.</param>
public sealed record RosterEntry(string? Name, DateOnly? BirthDate, string? MemberNumber, string? PhoneLast4);

/// <summary>A row as it shall be.</summary>
/// <param name="BirthDate">Null takes it away, as does a null <paramref name="MemberNumber"/>.</param>
/// <param name="Phone">Null leaves the stored one.</param>
public sealed record EditedEntry(string Name, DateOnly? BirthDate, string? MemberNumber, string? Phone)
{
    public static readonly Refusal NameLength = new(RefusalKind.Invalid, "tray.name-length", "A name has 1 to 60 characters.");
    public static readonly Refusal DateRange = new(RefusalKind.Invalid, "tray.birth-date", "Born after 1900 and not in the future.");
    public static readonly Refusal NumberLength = new(RefusalKind.Invalid, "tray.number-length", "A member number has at most 64 characters.");
    public static readonly Refusal PhoneShape = new(RefusalKind.Invalid, "tray.phone", "Eleven digits that begin with 1.");

    private const int MaxName = 60;
    private const int MaxNumber = 64;

    /// <param name="today">In China.</param>
    /// <returns>Why it cannot be stored; null when it can.</returns>
    public Refusal? Fault(DateOnly today)
        => Names.Key(Name).Length == 0 || Name.Length > MaxName || Name.Any(char.IsControl) ? NameLength
            : BirthDate is { } birth && (birth > today || birth.Year < 1900) ? DateRange
            : MemberNumber is { } number && (number.Length > MaxNumber || number.Any(char.IsControl)) ? NumberLength
            : Phone is { } phone && (phone.Length != 11 || phone[0] != '1' || !phone.All(char.IsAsciiDigit)) ? PhoneShape
            : null;
}
