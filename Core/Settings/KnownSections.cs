using Microsoft.Extensions.Configuration;

namespace Bot.Core.Settings;

/// <summary>
/// Finds top-level sections that are a slip of the pen away from ours. Foreign ones cannot be refused: the environment is full of them.
/// </summary>
public static class KnownSections
{
    public static readonly IReadOnlyList<string> Ours = ["WeChat", "Keys", "Database", "Redis", "Site", "Jobs", "Telemetry", "Roster", "Pushes", "HelpLine"];

    /// <exception cref="SettingsException">A section such as <c>Databse</c> is set.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var section in configuration.GetChildren().Where(s => s.GetChildren().Any()))
        {
            var near = Ours.FirstOrDefault(known => !Same(known, section.Key) && known.Length > 3 && Distance(known, section.Key) <= 2);
            if (near is not null && !Ours.Any(known => Same(known, section.Key)))
            {
                throw new SettingsException($"Unknown section '{section.Key}'. Is '{near}' meant?");
            }
        }
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Levenshtein distance, case ignored.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = diagonal + (char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
