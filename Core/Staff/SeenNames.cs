using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>
/// Notes in the audit that names of people were shown to staff, once for each viewer, thing and day in China. Secretaries who look at their
/// own branch are not noted: that is what they are there for.
/// </summary>
public sealed class SeenNames(BotDb db, TimeProvider clock)
{
    internal const string Action = "names.seen";

    /// <summary>To be called before the names go out: what is not logged is not shown.</summary>
    /// <param name="thing">What was looked at, such as <c>list:tray</c> or <c>transfer:7</c>; ids only.</param>
    /// <param name="organisations">Those whose people were shown; null for people on no roster.</param>
    public async Task NoteAsync(Viewer viewer, string thing, IEnumerable<int?> organisations, CancellationToken ct)
    {
        if (viewer.Login is null)
        {
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var organisation in organisations.Distinct())
        {
            var once = FormattableString.Invariant($"{Action} {viewer.Actor} {thing} {organisation} {ChinaTime.DateOf(now):yyyy-MM-dd}");
            if (await db.AuditEntries.AnyAsync(a => a.Once == once, ct))
            {
                continue;
            }

            // Whoever opens the page twice at once is noted by the first: the index says so to the second.
            db.Add(new AuditEntry { At = now, Actor = viewer.Actor, Action = Action, Subject = thing, OrganisationId = organisation, Once = once });
            await db.TrySaveNewAsync(ct);
        }
    }
}
