namespace Bot.Core.Roster;

/// <summary>The header's words of a roster file.</summary>
public static class RosterColumns
{
    public const string Path = "组织路径";
    public const string Kind = "组织类型";
    public const string Name = "姓名";
    public const string BirthDate = "出生日期";
    public const string Phone = "手机号";
    public const string MemberNumber = "团员编号";
    public const string Category = "人员类别";
    public const string RosterId = "人员标识";
    public const string Duty = "职务";

    public static readonly IReadOnlyList<string> Required = [Path, Kind, Name, BirthDate, Phone, MemberNumber, Category];

    public static readonly IReadOnlyList<string> Optional = [RosterId, Duty];
}

/// <summary>The words of roster files and screens for categories and duties.</summary>
public static class RosterWords
{
    public static readonly IReadOnlyDictionary<string, PersonCategory> Categories = new Dictionary<string, PersonCategory>
    {
        ["团员"] = PersonCategory.Member,
        ["少先队员"] = PersonCategory.Pioneer,
        ["青年"] = PersonCategory.Youth,
        ["党员"] = PersonCategory.Party,
        ["其他"] = PersonCategory.Other,
    };

    public static readonly IReadOnlyDictionary<string, Duty> Duties = new Dictionary<string, Duty>
    {
        ["书记"] = Duty.Secretary,
        ["副书记"] = Duty.DeputySecretary,
        ["委员"] = Duty.CommitteeMember,
        ["团干部"] = Duty.Officer,
    };

    public static string Word(this PersonCategory category) => Categories.First(w => w.Value == category).Key;

    public static string Word(this Duty duty) => Duties.First(w => w.Value == duty).Key;
}
