using System.Security.Cryptography;

namespace Bot.Core.Roster;

/// <summary>
/// Codes that people copy from a blackboard: eight characters without 0/O, 1/I/L, U/V; 28^8 of them, so that codes cannot be tried out.
/// </summary>
public static class JoinCodes
{
    public const int Length = 8;

    private const string Alphabet = "23456789ABCDEFGHJKMNPQRSTWXY";

    /// <summary>In scene values of QR codes the code follows this letter.</summary>
    public const char ScenePrefix = 'J';

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>Forgives lower case, full width, spaces and hyphens.</summary>
    /// <returns>Null when it cannot be a code.</returns>
    public static string? Parse(string typed)
    {
        var code = Names.Key(typed).Replace("-", "", StringComparison.Ordinal);
        return code.Length == Length && code.All(Alphabet.Contains) ? code : null;
    }
}
