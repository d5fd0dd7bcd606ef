namespace Bot.Core.Roster;

/// <summary>The organisations of a file by path. Two spellings of a name that differ in blanks or width are one organisation.</summary>
internal sealed class RosterPaths
{
    /// <summary>Characters in one name.</summary>
    public const int MaxPart = 60;

    public const int MaxDepth = 20;

    private readonly Dictionary<string, RosterOrganisation> _byText = [];
    private readonly Dictionary<(RosterOrganisation? Parent, string NameKey), RosterOrganisation> _byName = [];

    /// <summary>Most lines follow one of their own organisation.</summary>
    private (string? Text, RosterOrganisation? Organisation) _last;

    public List<RosterOrganisation> All { get; } = [];

    /// <param name="line">Where it stands.</param>
    /// <param name="fault">The code of what is wrong, when null is returned.</param>
    public RosterOrganisation? Find(string path, int line, out string fault)
    {
        fault = "";
        if (ReferenceEquals(path, _last.Text))
        {
            return _last.Organisation;
        }

        if (_byText.TryGetValue(path, out var known))
        {
            _last = (path, known);
            return known;
        }

        var parts = path.Replace('／', '/').Split('/', StringSplitOptions.TrimEntries);
        fault = parts.Length > MaxDepth ? RosterFaults.TooDeep
            : Array.Exists(parts, p => p.Length > MaxPart) ? RosterFaults.TooLong
            : Array.Exists(parts, p => p.Any(char.IsControl)) ? RosterFaults.ControlCharacter
            : Array.Exists(parts, p => Names.Key(p).Length == 0) ? RosterFaults.EmptyPart
            : "";
        if (fault.Length > 0)
        {
            return null;
        }

        RosterOrganisation? organisation = null;
        foreach (var part in parts)
        {
            organisation = Child(organisation, part, line);
        }

        _byText.Add(path, organisation!);
        return organisation;
    }

    private RosterOrganisation Child(RosterOrganisation? parent, string name, int line)
    {
        var key = Names.Key(name);
        if (!_byName.TryGetValue((parent, key), out var child))
        {
            child = new RosterOrganisation(All.Count, parent, name, key, line);
            _byName.Add((parent, key), child);
            All.Add(child);
            parent?.HasChildren = true;
        }

        return child;
    }
}
