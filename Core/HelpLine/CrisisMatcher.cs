using Bot.Core.Content;

namespace Bot.Core.HelpLine;

/// <summary>What a text may tell of; the higher needs somebody sooner.</summary>
public enum CrisisLevel
{
    /// <summary>Somebody may need a person to talk to.</summary>
    Distress,

    /// <summary>Somebody is being hurt.</summary>
    HarmToMinor,

    /// <summary>Danger to life.</summary>
    Life,
}

/// <summary>
/// Hears what tells of danger in a text, by Content/helpline/crisis.yaml. One pass over the text, whatever its length: it runs on everything that
/// anybody writes.
/// </summary>
public sealed class CrisisMatcher
{
    /// <summary>Characters that a <c>*</c> stands for, at most.</summary>
    public const int MostBetween = 6;

    private static readonly (string Key, CrisisLevel Level)[] Keys = [("life", CrisisLevel.Life), ("harm-to-minor", CrisisLevel.HarmToMinor), ("distress", CrisisLevel.Distress)];

    private readonly PhraseTree _tree;

    /// <summary>Of each pattern; null where it is harmless.</summary>
    private readonly List<CrisisLevel?> _levels = [];

    private CrisisMatcher(IEnumerable<(string Pattern, CrisisLevel? Level)> patterns)
    {
        var parts = new List<string[]>();
        foreach (var (pattern, level) in patterns)
        {
            parts.Add([.. pattern.Split('*').Select(Dense)]);
            _levels.Add(level);
        }

        _tree = new PhraseTree(parts, MostBetween);
    }

    /// <exception cref="ContentException">A list is missing or empty, a pattern is too short, too long or stands twice.</exception>
    public static CrisisMatcher Read(string folder)
    {
        var file = ContentFile.Read(folder, Path.Combine("helpline", "crisis.yaml"));
        var lists = file.Entries(file.Root).ToDictionary(e => e.Key, e => e.Value);
        var known = new HashSet<string>(StringComparer.Ordinal);
        var patterns = new List<(string, CrisisLevel?)>();
        foreach (var (key, level) in Keys.Select(k => (k.Key, (CrisisLevel?)k.Level)).Append(("harmless", null)))
        {
            var node = lists.Remove(key, out var value) ? value : throw file.Fault(file.Root, $"'{key}' is missing.");
            foreach (var pattern in file.Texts(node))
            {
                if (pattern.Split('*').Length > 2 || pattern.Split('*').Any(part => Dense(part).Length == 0) || Dense(pattern).Length < 2)
                {
                    throw file.Fault(node, $"'{pattern}' is no pattern: two characters at least, and one * within at most.");
                }

                if (level is null && pattern.Contains('*', StringComparison.Ordinal))
                {
                    throw file.Fault(node, $"'{pattern}': what is harmless is said in full; what stands for a * might be a cry.");
                }

                if (!known.Add(Dense(pattern)))
                {
                    throw file.Fault(node, $"'{pattern}' stands twice.");
                }

                patterns.Add((pattern, level));
            }
        }

        return lists.Count == 0 ? new CrisisMatcher(patterns) : throw file.Fault(lists.First().Value, $"'{lists.First().Key}' is no level.");
    }

    /// <summary>The highest level that the text tells of; null for none.</summary>
    public CrisisLevel? Find(string text) => Levels(text, obeysHarmless: true).Max();

    /// <summary>Whether it tells of this, whatever graver things it tells of besides.</summary>
    public bool TellsOf(string text, CrisisLevel level) => Levels(text, obeysHarmless: true).Contains(level);

    /// <summary>The same without regard to what is harmless: what merely looks like distress is nobody's to read, either.</summary>
    public bool LooksLike(string text) => Levels(text, obeysHarmless: false).Count > 0;

    private List<CrisisLevel?> Levels(string text, bool obeysHarmless)
    {
        List<PhraseHit>? hits = null;
        foreach (var hit in _tree.Hits(Dense(text)))
        {
            (hits ??= []).Add(hit);
        }

        if (hits is null)
        {
            return [];
        }

        // What is harmless begins and ends in the same breath as the cry: 救命！药 is not 救命药.
        var breaths = Breaths(text);
        var harmless = obeysHarmless ? hits.Where(h => _levels[h.Phrase] is null).ToList() : [];
        return [.. hits.Where(h => _levels[h.Phrase] is not null
            && !harmless.Exists(by => by.Start <= h.Start && h.End <= by.End && breaths[by.Start] == breaths[h.Start] && breaths[by.End - 1] == breaths[h.End - 1])).Select(h => _levels[h.Phrase])];
    }

    /// <summary>Of each character that is compared: how many blanks and marks stand before it in a text.</summary>
    private static List<int> Breaths(string text)
    {
        var (breaths, marks) = (new List<int>(text.Length), 0);
        foreach (var character in Spoken.Normalise(text))
        {
            if (char.IsLetterOrDigit(character))
            {
                breaths.Add(marks);
            }
            else
            {
                marks++;
            }
        }

        return breaths;
    }

    /// <summary>As it is compared: narrow, lower case, without blanks, marks and signs.</summary>
    private static string Dense(string text) => string.Concat(Spoken.Normalise(text).Where(char.IsLetterOrDigit));
}
