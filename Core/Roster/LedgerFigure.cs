namespace Bot.Core.Roster;

/// <summary>三个在哪里 of an organisation with everything below it: where the organisations are, the members, the young people.</summary>
/// <param name="Organisations">All kinds, itself included.</param>
/// <param name="Branches">With nothing below them; 青年之家 and 学生社团 are places and societies, no branches.</param>
/// <param name="Empty">Branches without a member.</param>
/// <param name="NoSecretary">Branches with members and without 书记 or 副书记.</param>
/// <param name="SecretaryUnbound">Branches with members whose 书记 and 副书记 all have no bound account: they cannot come in from the chat.</param>
/// <param name="Schools">Organisations of the kind 学校.</param>
/// <param name="CoveredSchools">Schools with a member in them or below them.</param>
/// <param name="Members">团员 on rosters.</param>
/// <param name="Unbound">Members without a bound account.</param>
/// <param name="Youth">
/// 联系青年: people on rosters who are no 团员, and people on no roster who follow the account or have studied, counted where the join code
/// that they used last belongs, without one at the root. Nobody is in it twice, and no member is.
/// </param>
public readonly record struct LedgerFigure(
    int Organisations, int Branches, int Empty, int NoSecretary, int SecretaryUnbound, int Schools, int CoveredSchools, int Members, int Unbound, int Youth)
{
    /// <summary>Covered ÷ schools, 0 to 1; null without a school.</summary>
    public double? Coverage => Schools > 0 ? (double)CoveredSchools / Schools : null;

    /// <summary>Members with a bound account ÷ members, 0 to 1; null without a member.</summary>
    public double? BoundShare => Members > 0 ? (double)(Members - Unbound) / Members : null;

    public static LedgerFigure operator +(LedgerFigure a, LedgerFigure b) => new(
        a.Organisations + b.Organisations, a.Branches + b.Branches, a.Empty + b.Empty, a.NoSecretary + b.NoSecretary, a.SecretaryUnbound + b.SecretaryUnbound,
        a.Schools + b.Schools, a.CoveredSchools + b.CoveredSchools, a.Members + b.Members, a.Unbound + b.Unbound, a.Youth + b.Youth);
}
