using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Privacy;

/// <summary>
/// Makes a person nameless: every account of theirs goes, with consents, requests and sessions; nothing that names them stays on the
/// person's row. Memberships and completions stay on the nameless row, so that recounts agree; an import that still lists the person
/// finds that row by its <see cref="ErasureMark"/>s and stores no name again.
/// </summary>
public sealed class Erasure(BotDb db, Vault vault, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "privacy.nobody", "Nobody is stored under this.");
    public static readonly Refusal Several = new(RefusalKind.Conflict, "privacy.several", "More than one person has this number.");

    /// <summary>The person behind an account.</summary>
    /// <param name="actor">For the audit: <c>person</c>, <c>platform</c> or <c>operator</c>.</param>
    public async Task<Result<bool>> EraseAccountAsync(int accountId, string actor, CancellationToken ct)
    {
        var personId = await db.Accounts.Where(a => a.Id == accountId).Select(a => (int?)a.PersonId).FirstOrDefaultAsync(ct);
        return personId is { } id ? await EraseAsync(id, actor, ct) : NotFound;
    }

    /// <summary>The person behind an openid of any of our appids.</summary>
    public async Task<Result<bool>> EraseOpenIdAsync(IEnumerable<string> appIds, string openId, string actor, CancellationToken ct)
    {
        foreach (var hash in appIds.Where(appId => appId.Length > 0).Select(appId => vault.Hash(appId, openId)))
        {
            if (await db.Accounts.Where(a => a.OpenIdHash == hash).Select(a => (int?)a.Id).FirstOrDefaultAsync(ct) is { } accountId)
            {
                return await EraseAccountAsync(accountId, actor, ct);
            }
        }

        return NotFound;
    }

    /// <summary>The person with this 团员编号.</summary>
    public async Task<Result<bool>> EraseMemberAsync(string memberNumber, string actor, CancellationToken ct)
    {
        var people = await db.People.Where(p => p.MemberNumber == memberNumber).OrderBy(p => p.Id).Select(p => p.Id).Take(2).ToListAsync(ct);
        return people switch
        {
            [] => NotFound,
            [var personId] => await EraseAsync(personId, actor, ct),
            _ => Several,
        };
    }

    private async Task<Result<bool>> EraseAsync(int personId, string actor, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        await KeepTriesAsync(personId, ChinaTime.DateOf(now), ct);
        await db.Accounts.Where(a => a.PersonId == personId).ExecuteDeleteAsync(ct);
        await MarkAsync(personId, ct);
        await db.People.Where(p => p.Id == personId).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Name, (string?)null)
                .SetProperty(p => p.NameKey, (string?)null)
                .SetProperty(p => p.BirthDate, (DateOnly?)null)
                .SetProperty(p => p.MemberNumber, (string?)null)
                .SetProperty(p => p.RosterId, (string?)null)
                .SetProperty(p => p.PhoneSealed, (byte[]?)null)
                .SetProperty(p => p.PhoneLast4, (string?)null)
                .SetProperty(p => p.ErasedAt, now),
            ct);

        // Nobody can be handed over without a name.
        await db.Transfers.Where(t => t.PersonId == personId && t.EndedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(t => t.State, TransferState.Withdrawn).SetProperty(t => t.EndedAt, now).SetProperty(t => t.DecidedBy, actor), ct);

        // 书记 of a branch is as good as a name.
        await db.Memberships.Where(m => m.PersonId == personId && m.Duty != null).ExecuteUpdateAsync(set => set.SetProperty(m => m.Duty, (Duty?)null), ct);
        db.Add(new AuditEntry { At = now, Actor = actor, Action = "person.erased", Subject = $"person:{personId}" });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task KeepTriesAsync(int personId, DateOnly today, CancellationToken ct)
    {
        var spent = await db.Accounts.Where(a => a.PersonId == personId && a.WrongTriesOn == today && a.WrongTries > 0)
            .Select(a => new SpentTries { OpenIdHash = a.OpenIdHash, Day = today, Tries = a.WrongTries }).ToListAsync(ct);
        var hashes = spent.ConvertAll(t => t.OpenIdHash);
        await db.SpentTries.Where(t => t.Day < today || hashes.Contains(t.OpenIdHash)).ExecuteDeleteAsync(ct);
        db.AddRange(spent);
    }

    private async Task MarkAsync(int personId, CancellationToken ct)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == personId, ct);
        var organisation = await db.Memberships.Where(m => m.PersonId == personId && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        var marked = await db.ErasureMarks.Where(m => m.PersonId == personId).Select(m => m.Mark).ToListAsync(ct); // of an earlier time
        db.AddRange(ErasureMark.Of(vault, person.RosterId, person.MemberNumber, organisation, person.NameKey, person.BirthDate)
            .Where(mark => !marked.Exists(mark.SequenceEqual))
            .Select(mark => new ErasureMark { Mark = mark, PersonId = personId }));
    }
}
