using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <param name="Key">In addresses and audit entries.</param>
/// <param name="IsUsual">Ticked until somebody chooses.</param>
internal sealed record ExportColumn(string Key, string Heading, bool IsUsual = true);

/// <summary>Which columns each list can have, in the file's order.</summary>
internal static class ExportColumns
{
    public const string Phone = "phone";

    /// <summary>The rate of the period before.</summary>
    public const string Before = "before";

    private static readonly ExportColumn[] Area = [new("path", "组织路径"), new("kind", "组织类型", false), new("grade", "年级", false)];
    private static readonly ExportColumn[] Person = [new("name", "姓名"), new("number", "团员编号"), new("duty", "职务", false)];
    private static readonly ExportColumn PhoneColumn = new(Phone, "手机号", false);

    private static readonly Dictionary<ExportKind, ExportColumn[]> ByKind = new()
    {
        [ExportKind.Figures] =
        [
            .. Area, new("members", "团员"), new("exempt", "免学"), new("expected", "应学", false), new("completed", "已学"), new("late", "补学"), new("visitors", "访客"), new("rate", "参学率"), new("adjusted", "其中更正（条）"),
            new(Before, "上一期参学率", false), new("requests", "等处理的申请", false), new("appeals", "申诉没答复", false), new("transfers", "转接没办完", false), new("overdue", "转接超期", false), new("needs", "哪里要帮", false),
        ],
        [ExportKind.Ledger] =
        [
            .. Area, new("organisations", "组织数"), new("branches", "支部"), new("empty", "空支部"), new("no-secretary", "缺书记的支部"), new("secretary-unbound", "书记没绑定的支部"),
            new("schools", "学校", false), new("covered", "有团员的学校", false), new("coverage", "学校覆盖率"), new("members", "团员"), new("unbound", "没绑定的团员"), new("youth", "联系青年"),
        ],
        [ExportKind.History] = [new("period", "期"), new("title", "课题"), new("closes", "截止"), new("rate", "参学率"), new("expected", "应学"), new("completed", "已学")],
        [ExportKind.Unstudied] = [.. Person, PhoneColumn],
        [ExportKind.Matrix] = [.. Person, PhoneColumn],
        [ExportKind.Roster] =
        [
            new("path", "组织路径"), .. Person[..2], new("category", "人员类别"), new("duty", "职务"), new("birth", "出生日期", false), new("exempt", "免学", false), new("bound", "微信绑定"), PhoneColumn,
        ],
    };

    /// <summary>Columns that need more than the figures of a period, see <see cref="Needs"/>.</summary>
    public static readonly IReadOnlyList<string> OfNeeds = ["requests", "appeals", "transfers", "overdue", "needs"];

    public static IReadOnlyList<ExportColumn> Of(ExportKind kind) => ByKind[kind];

    /// <param name="keys">As in the address; null for the usual ones. Unknown ones are left out.</param>
    public static IReadOnlyList<ExportColumn> Chosen(ExportKind kind, IReadOnlyCollection<string>? keys)
        => [.. ByKind[kind].Where(c => keys is null ? c.IsUsual : keys.Contains(c.Key))];
}
