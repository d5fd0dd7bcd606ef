using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <summary>The organisations behind a number of the ledger.</summary>
/// <param name="Key">As in addresses.</param>
/// <param name="IsIn">By the organisation itself and its area.</param>
/// <param name="CountsPeople">Hidden organisations are left out when seen from above.</param>
internal sealed record LedgerList(string Key, string Name, string Help, Func<LedgerFigure, LedgerFigure, bool> IsIn, bool CountsPeople = false)
{
    public const string Empty = "empty";
    public const string NoSecretary = "no-secretary";
    public const string SecretaryUnbound = "secretary-unbound";
    public const string Schools = "schools";
    public const string Unbound = "unbound";

    /// <summary>Of a period and not of the ledger, see <see cref="LedgerListPageModel"/>.</summary>
    public const string NotStarted = "not-started";

    public static readonly IReadOnlyList<LedgerList> All =
    [
        new(Empty, "空支部", "名册里一个团员也没有。该撤的撤，该补名册的补。", (own, _) => own.Empty > 0),
        new(NoSecretary, "缺书记的支部", "有团员，名册里没有书记或副书记。", (own, _) => own.NoSecretary > 0),
        new(SecretaryUnbound, "书记没绑定的支部", "书记和副书记都还没绑定微信，看不到本支部的进度。", (own, _) => own.SecretaryUnbound > 0),
        new(Schools, "没有团员的学校", "学校和它下面的组织都没有团员。", (_, area) => area is { Schools: > 0, Members: 0 }),
        new(Unbound, "有团员没绑定的组织", "只数组织自己的团员，不含下级。", (own, _) => own.Unbound > 0, CountsPeople: true),
    ];

    private const string KindPrefix = "kind-";

    /// <summary>Null for an unknown one.</summary>
    public static LedgerList? Find(string? key) => All.FirstOrDefault(l => l.Key == key);

    /// <summary>All of a kind.</summary>
    public static OrganisationKind? Kind(string? key)
        => key?.StartsWith(KindPrefix, StringComparison.Ordinal) == true && Enum.TryParse<OrganisationKind>(key[KindPrefix.Length..], ignoreCase: false, out var kind) && Enum.IsDefined(kind) ? kind : null;

    public static string OfKind(OrganisationKind kind) => KindPrefix + kind;
}
