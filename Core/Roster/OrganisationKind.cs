namespace Bot.Core.Roster;

/// <summary>组织类型; the Chinese words are in <see cref="OrganisationKinds"/>.</summary>
public enum OrganisationKind
{
    Branch,
    GeneralBranch,
    Committee,
    Region,
    City,
    County,
    Township,
    Village,
    School,
    StateEnterprise,
    NonPublicEnterprise,
    Institution,
    SocialOrganisation,
    NewEmployment,
    YouthHome,
    StudentSociety,
}

/// <summary>The words of roster files and screens for the kinds.</summary>
public static class OrganisationKinds
{
    private static readonly Dictionary<OrganisationKind, string> Words = new()
    {
        [OrganisationKind.Region] = "省级",
        [OrganisationKind.City] = "盟市",
        [OrganisationKind.County] = "旗县",
        [OrganisationKind.Township] = "乡镇街道",
        [OrganisationKind.Village] = "村社区",
        [OrganisationKind.School] = "学校",
        [OrganisationKind.StateEnterprise] = "国企",
        [OrganisationKind.NonPublicEnterprise] = "非公企业",
        [OrganisationKind.Institution] = "机关事业单位",
        [OrganisationKind.SocialOrganisation] = "社会组织",
        [OrganisationKind.NewEmployment] = "新就业群体",
        [OrganisationKind.YouthHome] = "青年之家",
        [OrganisationKind.StudentSociety] = "学生社团",
        [OrganisationKind.Committee] = "团工委",
        [OrganisationKind.GeneralBranch] = "团总支",
        [OrganisationKind.Branch] = "支部",
    };

    private static readonly Dictionary<string, OrganisationKind> Kinds = Words.ToDictionary(w => w.Value, w => w.Key);

    /// <summary>All words, from the top of the tree downwards; for error messages.</summary>
    public static IReadOnlyCollection<string> All => Words.Values;

    public static string Word(this OrganisationKind kind) => Words[kind];

    /// <summary>Empty means 支部.</summary>
    /// <returns>False for a word that is not on the list.</returns>
    public static bool TryParse(string word, out OrganisationKind kind)
    {
        kind = OrganisationKind.Branch;
        return word.Length == 0 || Kinds.TryGetValue(word, out kind);
    }
}
