using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>
/// Where two people have to agree, two logins are not enough: whoever invited or renewed an account held the link that opens it. An account,
/// the one that invited it last and those that it invited last count as one.
/// </summary>
internal static class OneHand
{
    /// <summary>The viewer's own login, and those that may be the same person's.</summary>
    public static async Task<IReadOnlyList<string>> LoginsAsync(BotDb db, Viewer viewer, CancellationToken ct)
    {
        var me = db.Users.Where(u => u.UserName == viewer.Actor);
        var others = await db.Users.AsNoTracking().Where(u => me.Any(m => m.InvitedById == u.Id || u.InvitedById == m.Id)).Select(u => u.UserName!).ToListAsync(ct);
        return [viewer.Actor, .. others];
    }
}
