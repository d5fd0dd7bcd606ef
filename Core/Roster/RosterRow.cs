namespace Bot.Core.Roster;

/// <summary>An organisation that a roster file mentions, once however many rows do.</summary>
/// <param name="line">The first that mentions it, or one below it.</param>
public sealed class RosterOrganisation(int index, RosterOrganisation? parent, string name, string nameKey, int line)
{
    /// <summary>Its place among all that the file mentions, from 0; parents come before their children.</summary>
    public int Index => index;

    public RosterOrganisation? Parent => parent;

    public string Name => name;

    public string NameKey => nameKey;

    public int Line => line;

    /// <summary>Null when no row says it.</summary>
    public OrganisationKind? Kind { get; private set; }

    /// <summary>The line that said it.</summary>
    public int KindLine { get; private set; }

    /// <summary>Names from the top joined by /.</summary>
    public string Path => parent is null ? name : $"{parent.Path}/{name}";

    public bool HasChildren { get; internal set; }

    /// <summary>As told by the file, else 团工委 for what has organisations below it and 支部 for what has none.</summary>
    public OrganisationKind KindIfNew => Kind ?? (HasChildren ? OrganisationKind.Committee : OrganisationKind.Branch);

    /// <returns>False when another line told another kind.</returns>
    internal bool TryDeclare(OrganisationKind kind, int line)
    {
        if (Kind is { } known)
        {
            return known == kind;
        }

        Kind = kind;
        KindLine = line;
        return true;
    }
}

/// <summary>A person's row, every cell checked.</summary>
/// <param name="Phone">Eleven digits.</param>
public sealed record RosterRow(
    int Line,
    RosterOrganisation Organisation,
    string Name,
    DateOnly? BirthDate,
    string? Phone,
    string? MemberNumber,
    PersonCategory Category,
    string? RosterId,
    Duty? Duty)
{
    public string NameKey { get; } = Names.Key(Name);
}
