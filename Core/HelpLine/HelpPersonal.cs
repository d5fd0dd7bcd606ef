using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="By">Path of the organisation by whose team, or by whose custodian, it was read.</param>
public sealed record OwnRead(DateTimeOffset At, string By, HelpReadOf What);

/// <param name="Messages">How many are kept; what they say is in the chat.</param>
public sealed record OwnCase(string Alias, HelpTopic Topic, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, DateTimeOffset? ErasesAt, int Messages, IReadOnlyList<OwnRead> Reads);

/// <summary>A person's own cases, for that person alone: what is kept, until when, and who has read it. No name of the staff.</summary>
public sealed class HelpPersonal(BotDb db, HelpAliases aliases, OrganisationTree tree)
{
    public async Task<IReadOnlyList<OwnCase>> OfAsync(int personId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var own = new List<OwnCase>();
        foreach (var holder in (await db.Accounts.Where(a => a.PersonId == personId).Select(a => a.Id).ToListAsync(ct)).Select(aliases.HolderOf))
        {
            foreach (var of in await db.HelpCases.AsNoTracking().Where(c => c.HolderHash == holder).OrderBy(c => c.Id).ToListAsync(ct))
            {
                var reads = await db.HelpReads.AsNoTracking().Where(r => r.CaseId == of.Id).OrderBy(r => r.Id).ToListAsync(ct);
                own.Add(new OwnCase(
                    of.Alias, of.Topic, of.OpenedAt, of.ClosedAt, of.ErasesAt, await db.HelpMessages.CountAsync(m => m.CaseId == of.Id && m.Kind != HelpKind.Note && m.Kind != HelpKind.Step, ct),
                    [.. reads.Select(r => new OwnRead(r.At, all.PathOf(r.OrganisationId) ?? "", r.What))]));
            }
        }

        return own;
    }
}
