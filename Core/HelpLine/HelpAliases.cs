using System.Globalization;
using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Whose case it is, for us alone, and what the staff call them; and which organisation serves them.</summary>
public sealed class HelpAliases(Vault vault, OrganisationTree tree)
{
    private static readonly string[] Plants =
    [
        "山杨", "白桦", "胡杨", "沙柳", "云杉", "侧柏", "榆树", "槐树", "柠条", "沙棘", "红柳", "樟松", "青杄", "银杏", "梧桐", "合欢",
        "丁香", "连翘", "芦苇", "马兰", "蒲草", "青稞", "荞麦", "胡麻", "苜蓿", "木槿", "海棠", "山楂", "文竹", "石竹", "百里", "铃兰",
    ];

    private static readonly OrganisationKind[] Serving = [OrganisationKind.County, OrganisationKind.City, OrganisationKind.Region];

    /// <summary>Finds an account's cases; says nothing without the key ring.</summary>
    public byte[] HolderOf(int accountId) => vault.Mark("help-holder", accountId.ToString(CultureInfo.InvariantCulture));

    /// <summary>What a message is called in cases: the database alone does not join it to the same message's key elsewhere, which stands beside the account.</summary>
    public string KeyOf(string messageKey) => Convert.ToHexStringLower(vault.Mark("help-message", messageKey).AsSpan(0, 16));

    /// <summary>That of the holder's earlier cases, else a new one that nobody has.</summary>
    internal static async Task<string> AliasAsync(BotDb db, byte[] holder, CancellationToken ct)
    {
        if (await db.HelpCases.Where(c => c.HolderHash == holder).OrderByDescending(c => c.Id).Select(c => c.Alias).FirstOrDefaultAsync(ct) is { Length: > 0 } known)
        {
            return known;
        }

        while (true)
        {
            var alias = $"{Plants[RandomNumberGenerator.GetInt32(Plants.Length)]}-{RandomNumberGenerator.GetInt32(1000, 10_000)}";
            if (!await db.HelpCases.AnyAsync(c => c.Alias == alias, ct))
            {
                return alias;
            }
        }
    }

    /// <summary>The county of the person's roster, or what stands in for one; the root for somebody on none.</summary>
    internal async Task<int> AreaAsync(BotDb db, int accountId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var own = await (from account in db.Accounts
                         join membership in db.Memberships on account.PersonId equals membership.PersonId
                         where account.Id == accountId && membership.Until == null
                         select (int?)membership.OrganisationId).FirstOrDefaultAsync(ct);
        var above = new List<TreeNode>();
        for (var node = own is { } id ? all.FindStandIn(id) : null; node is not null; node = node.ParentId is { } parent ? all.Find(parent) : null)
        {
            above.Add(node);
        }

        return Serving.Select(kind => above.Find(n => n.Kind == kind)).OfType<TreeNode>().FirstOrDefault()?.Id ?? above.LastOrDefault()?.Id ?? all.Nodes[0].Id;
    }
}
