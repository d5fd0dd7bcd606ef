using System.Text.RegularExpressions;

namespace Bot.Core.Staff;

/// <summary>How roles are written on the command line.</summary>
public static partial class StaffRoles
{
    private static readonly Dictionary<string, StaffRole> ByWord = Enum.GetValues<StaffRole>().ToDictionary(role => role.Word());

    /// <summary>Every role's word, for error messages.</summary>
    public static IReadOnlyCollection<string> All => ByWord.Keys;

    /// <summary>Such as <c>committee-officer</c>.</summary>
    public static string Word(this StaffRole role) => InnerCapital().Replace(role.ToString(), "-$0").ToLowerInvariant();

    /// <summary>True for roles that keep rosters: they see names where a request waits for a decision, others see counts.</summary>
    public static bool KeepsRoster(this StaffRole role) => role is StaffRole.Administrator or StaffRole.Secretary or StaffRole.CommitteeOfficer;

    /// <param name="word">committee-officer, CommitteeOfficer and "committee officer" are the same.</param>
    /// <param name="role">Only when true.</param>
    public static bool TryParse(string word, out StaffRole role)
        => ByWord.TryGetValue(InnerCapital().Replace(word.Trim(), "-$0").Replace(' ', '-').Replace('_', '-').Replace("--", "-", StringComparison.Ordinal).ToLowerInvariant(), out role);

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex InnerCapital();
}
