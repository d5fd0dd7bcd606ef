namespace Bot.Core.Roster;

/// <summary>Why somebody is exempt: keys as stored, words as shown. No free text, nothing about health.</summary>
public static class ExemptionReasons
{
    /// <summary>年满28周岁: by rule, never chosen.</summary>
    public const string Age = "age-28";

    /// <summary>Those that a secretary may choose, in the order of the form.</summary>
    public static readonly IReadOnlyDictionary<string, string> Chosen = new Dictionary<string, string>
    {
        ["suspended"] = "休学",
        ["military"] = "服兵役",
        ["abroad"] = "出国（境）",
        ["offline"] = "长期外出无法联网",
        ["other"] = "其他经批准",
    };

    /// <param name="key">One of an earlier program stays as it is.</param>
    public static string Word(string key) => key == Age ? "年满28周岁" : Chosen.GetValueOrDefault(key, key);
}
