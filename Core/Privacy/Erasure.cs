using Bot.Core.Data;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Privacy;

public enum Erased
{
    Everything,

    /// <summary>The roster row still has its name.</summary>
    AccountOnly,
}

/// <summary>
/// Makes a person nameless: every account of theirs goes, with consents, requests and sessions; nothing that names them stays on the
/// person's row. Memberships and completions stay on the nameless row, so that recounts agree; an import that still lists the person
/// finds that row by its <see cref="ErasureMark"/>s and stores no name again, and rows of theirs that wait in a tray are left out.
/// </summary>
public sealed class Erasure(BotDb db, Vault vault, ForgottenDoubts doubts, HelpErasure help, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "privacy.nobody", "Nobody is stored under this.");
    /// <summary>How long a deleted account that stood for a row is known again; see <see cref="SpentTries"/>.</summary>
    public const int NameOnlyAfterDays = 90;

    public static readonly Refusal WrongNumber = new(RefusalKind.Forbidden, "privacy.number-wrong", "The number does not fit the roster row.");
    public static readonly Refusal Several = new(RefusalKind.Conflict, "privacy.several", "More than one person has this number.");

    /// <summary>
    /// Whether the account stands for a roster row by a scanned code and a name alone. Anybody could have done that, so it takes a number
    /// to make the row nameless; without one only the account goes.
    /// </summary>
    public Task<bool> NeedsNumberAsync(int accountId, CancellationToken ct)
        => db.Accounts.AnyAsync(a => a.Id == accountId && a.ProvenAt == null && db.Memberships.Any(m => m.PersonId == a.PersonId), ct);

    /// <summary>The person behind an account, or the account alone, see <see cref="NeedsNumberAsync"/>.</summary>
    /// <param name="number">团员编号 or the last four digits of the phone, as typed; null when not given.</param>
    /// <param name="key">Of the message or form: a repeat is the same try.</param>
    public async Task<Result<Erased>> EraseAccountAsync(int accountId, string? number, string key, CancellationToken ct)
    {
        var personId = await db.Accounts.Where(a => a.Id == accountId).Select(a => (int?)a.PersonId).FirstOrDefaultAsync(ct);
        if (personId is not { } id)
        {
            return NotFound;
        }

        if (!await NeedsNumberAsync(accountId, ct))
        {
            return await EraseAsync(id, "person", ct);
        }

        if (number is null)
        {
            return await EraseAloneAsync(accountId, "person", ct);
        }

        if (!await JoinTries.TakeAsync(db, accountId, key, ChinaTime.DateOf(clock.GetUtcNow()), ct))
        {
            return Joining.TooManyTries;
        }

        var typed = Names.Key(number);
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == id, ct);
        if (person.PhoneLast4 != typed && (person.MemberNumber is null || Names.Key(person.MemberNumber) != typed))
        {
            return WrongNumber;
        }

        await JoinTries.GiveBackAsync(db, accountId, key);
        return await EraseAsync(id, "person", ct);
    }

    /// <summary>The person behind an openid of any of our appids.</summary>
    /// <param name="actor">For the audit: <c>platform</c> or <c>operator</c>; only the operator erases a row whose account is not proven.</param>
    public async Task<Result<Erased>> EraseOpenIdAsync(IEnumerable<string> appIds, string openId, string actor, CancellationToken ct)
    {
        foreach (var hash in appIds.Where(appId => appId.Length > 0).Select(appId => vault.Hash(appId, openId)))
        {
            if (await db.Accounts.AsNoTracking().FirstOrDefaultAsync(a => a.OpenIdHash == hash, ct) is { } account)
            {
                return actor != "operator" && await NeedsNumberAsync(account.Id, ct) ? await EraseAloneAsync(account.Id, actor, ct) : await EraseAsync(account.PersonId, actor, ct);
            }
        }

        return NotFound;
    }

    /// <summary>The person with this 团员编号.</summary>
    public async Task<Result<Erased>> EraseMemberAsync(string memberNumber, string actor, CancellationToken ct)
    {
        var people = await db.People.Where(p => p.MemberNumber == memberNumber).OrderBy(p => p.Id).Select(p => p.Id).Take(2).ToListAsync(ct);
        return people switch
        {
            [] => NotFound,
            [var personId] => await EraseAsync(personId, actor, ct),
            _ => Several,
        };
    }

    /// <summary>The roster row stays as it is; whoever stood for it is gone.</summary>
    private async Task<Result<Erased>> EraseAloneAsync(int accountId, string actor, CancellationToken ct)
    {
        await help.EraseAccountsAsync([accountId], ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await KeepTriesAsync(db.Accounts.Where(a => a.Id == accountId), ct);
        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = actor, Action = "account.erased", Subject = $"account:{accountId}" });
        await db.SaveChangesAsync(ct);
        await db.Accounts.Where(a => a.Id == accountId).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        await help.EraseAccountsAsync([accountId], ct); // what began meanwhile
        return Erased.AccountOnly;
    }

    private async Task<Result<Erased>> EraseAsync(int personId, string actor, CancellationToken ct)
    {
        // First of all, and for good: a key cannot be brought back by a transaction that ends.
        var accountIds = await db.Accounts.Where(a => a.PersonId == personId).Select(a => a.Id).ToListAsync(ct);
        await help.EraseAccountsAsync(accountIds, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var now = clock.GetUtcNow();
        await doubts.LeaveOutAsync(await MarkAsync(personId, ct), actor, ct);
        await KeepTriesAsync(db.Accounts.Where(a => a.PersonId == personId), ct);
        await db.Accounts.Where(a => a.PersonId == personId).ExecuteDeleteAsync(ct);
        await db.People.Where(p => p.Id == personId).ExecuteUpdateAsync(
            set => set.SetProperty(p => p.Name, (string?)null)
                .SetProperty(p => p.NameKey, (string?)null)
                .SetProperty(p => p.BirthDate, (DateOnly?)null)
                .SetProperty(p => p.MemberNumber, (string?)null)
                .SetProperty(p => p.NumberSetAt, (DateTimeOffset?)null)
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
        await help.EraseAccountsAsync(accountIds, ct); // what began meanwhile; after a kill here EraseHelpCases finds it
        return Erased.Everything;
    }

    private async Task KeepTriesAsync(IQueryable<Account> accounts, CancellationToken ct)
    {
        var today = ChinaTime.DateOf(clock.GetUtcNow());
        var going = await accounts.AsNoTracking().Select(a => new
        {
            a.OpenIdHash,
            Tries = a.WrongTriesOn == today ? a.WrongTries : 0,
            StoodForRow = db.Memberships.Any(m => m.PersonId == a.PersonId) || db.Consents.Any(c => c.AccountId == a.Id && c.Purpose == PrivacyNotice.Roster && c.WithdrawnAt != null),
            Before = db.SpentTries.Where(t => t.OpenIdHash == a.OpenIdHash).Select(t => t.NameOnlyFrom).FirstOrDefault(),
        }).ToListAsync(ct);
        var hashes = going.ConvertAll(a => a.OpenIdHash);
        await db.SpentTries.Where(t => (t.Day < today && (t.NameOnlyFrom == null || t.NameOnlyFrom <= today)) || hashes.Contains(t.OpenIdHash)).ExecuteDeleteAsync(ct);
        db.AddRange(going
            .Select(a => new SpentTries { OpenIdHash = a.OpenIdHash, Day = today, Tries = a.Tries, NameOnlyFrom = a.StoodForRow ? today.AddDays(NameOnlyAfterDays) : a.Before })
            .Where(t => t.Tries > 0 || t.NameOnlyFrom > today));
    }

    /// <summary>Adds the marks that are missing; stored with the next save.</summary>
    /// <returns>All of them.</returns>
    private async Task<List<byte[]>> MarkAsync(int personId, CancellationToken ct)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == personId, ct);
        // Of somebody who was taken off the roster, the last one: a file may still hold the row.
        var organisation = await db.Memberships.Where(m => m.PersonId == personId).OrderBy(m => m.Until == null ? 0 : 1).ThenByDescending(m => m.Until).ThenByDescending(m => m.Id)
            .Select(m => m.OrganisationId).Take(1).ToListAsync(ct);
        var marked = await db.ErasureMarks.Where(m => m.PersonId == personId).Select(m => m.Mark).ToListAsync(ct); // of an earlier time
        var added = ErasureMark.Of(vault, person.RosterId, person.MemberNumber, organisation, person.NameKey, person.BirthDate).Where(mark => !marked.Exists(mark.SequenceEqual)).ToList();
        db.AddRange(added.Select(mark => new ErasureMark { Mark = mark, PersonId = personId }));
        return [.. marked, .. added];
    }
}
