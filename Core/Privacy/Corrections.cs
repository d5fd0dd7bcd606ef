using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Privacy;

/// <summary>What people ask to have put right.</summary>
public sealed class Corrections(BotDb db, TimeProvider clock)
{
    public static readonly Refusal WrongLength = new(RefusalKind.Invalid, "privacy.correction-length", "One to 500 characters.");
    public static readonly Refusal NotMember = new(RefusalKind.Conflict, "privacy.correction-not-member", "Nothing is stored of a visitor that could be wrong.");
    public static readonly Refusal TooMany = new(RefusalKind.Conflict, "privacy.correction-waiting", "Three of this account wait already.");

    private const int MaxLength = 500;
    private const int MaxWaiting = 3;

    /// <returns>Why this account need not begin; null when it may.</returns>
    public async Task<Refusal?> RefusedAsync(KnownAccount by, CancellationToken ct)
        => await db.Memberships.AnyAsync(m => m.PersonId == by.PersonId && m.Until == null, ct) ? null : NotMember;

    /// <summary>Lays it into the tray of the person's organisation. A repeat of the same message adds nothing.</summary>
    public async Task<Result<bool>> AskAsync(KnownAccount by, string text, string messageKey, CancellationToken ct)
    {
        var words = text.Trim();
        if (words.Length is 0 or > MaxLength)
        {
            return WrongLength;
        }

        if (await db.CorrectionRequests.CountAsync(r => r.AccountId == by.Id && r.DecidedAt == null && r.MessageKey != messageKey, ct) >= MaxWaiting)
        {
            return TooMany;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var belongs = await db.Memberships.Where(m => m.PersonId == by.PersonId && m.Until == null).Select(m => (int?)m.OrganisationId).FirstOrDefaultAsync(ct);
        if (belongs is not { } stated)
        {
            return NotMember;
        }

        // It may be merged in this moment.
        var organisationId = await OpenOrganisations.HoldStandInAsync(db, stated, ct);
        db.Add(new CorrectionRequest { AccountId = by.Id, OrganisationId = organisationId, Text = words, At = clock.GetUtcNow(), MessageKey = messageKey });
        await db.TrySaveNewAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }
}
