using Bot.Core.Data;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <param name="Staff">Login of who wrote it.</param>
/// <param name="Delivered">Of a reply of the staff: where it stands.</param>
public sealed record HelpEntry(
    long Id, DateTimeOffset At, HelpKind Kind, HelpSide By, string? Staff, string Text, HelpMediaState Media, OutboxState? Delivered, decimal? Latitude, decimal? Longitude);

/// <summary>What WeChat still lets out.</summary>
/// <param name="Until">UTC; null once the 48 hours are over.</param>
/// <param name="Left">Messages; 0 when the window or the budget is used up: replies are then parked.</param>
public sealed record HelpWindow(DateTimeOffset? Until, int Left);

/// <param name="Called">What the person wants to be called.</param>
/// <param name="Entries">Oldest first.</param>
/// <param name="Earlier">Other cases of the same alias, newest first; that there were some of other teams is not said.</param>
public sealed record HelpThread(HelpRow Case, string? Called, IReadOnlyList<HelpEntry> Entries, HelpWindow Window, IReadOnlyList<HelpRow> Earlier);

/// <param name="ContentType">image/jpeg, image/png, image/gif, audio/amr or audio/mpeg; octet-stream for anything else.</param>
public sealed record HelpFile(byte[] Bytes, string ContentType);

/// <param name="LastMessageId">0 for none.</param>
/// <param name="Parked">Replies that wait for the person's next message.</param>
/// <param name="OnTheWay">Replies whose outcome is not known yet.</param>
public sealed record HelpPulse(long LastMessageId, int Version, HelpWindow Window, int Parked, int OnTheWay);

/// <summary>Reading cases: that somebody reads is on record before the first word is unsealed. No row, no text.</summary>
public sealed class HelpCases(BotDb db, HelpScope scope, HelpRows rows, CaseKeys keys, TimeProvider clock)
{
    public static readonly Refusal Erased = new(RefusalKind.NotFound, "help.erased", "The case's key has been destroyed.");

    /// <summary>Repeats of one reader within this time are one reading.</summary>
    private static readonly TimeSpan OneReading = TimeSpan.FromMinutes(5);

    /// <summary>Writes that the viewer reads it, then unseals it.</summary>
    public async Task<Result<HelpThread>> ReadAsync(HelpViewer viewer, int caseId, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var found = scoped.Case;
        await NoteAsync(viewer, caseId, HelpReadOf.Case, scoped.TeamId, ct);
        using var key = keys.Open(found.KeyId);
        if (key is null || found.HolderSealed is null)
        {
            return Erased;
        }

        var accountId = HelpOutbox.HolderOf(key, found);
        var messages = await db.HelpMessages.AsNoTracking().Where(m => m.CaseId == caseId).OrderBy(m => m.At).ThenBy(m => m.Id).ToListAsync(ct);
        var logins = await rows.LoginsAsync(messages.Select(m => m.StaffId), ct);
        var bodies = messages.ToDictionary(m => m.Id, m => key.OpenBody(m.Sealed, m.MessageKey));
        var states = await StatesAsync(accountId, [.. bodies.Values.Select(b => b.OutboxKey).OfType<string>()], ct);
        var entries = messages.Select(m => (Message: m, Body: bodies[m.Id])).Select(e => new HelpEntry(
            e.Message.Id, e.Message.At, e.Message.Kind, e.Message.By, e.Message.StaffId is { } id ? logins.GetValueOrDefault(id) : null, e.Body.Text, e.Message.Media,
            e.Body.OutboxKey is { } sent ? states.TryGetValue(sent, out var state) ? state : e.Message.Delivered : null, e.Body.Latitude, e.Body.Longitude));
        var earlier = (await db.HelpCases.AsNoTracking().Where(c => c.HolderHash == found.HolderHash && c.Id != caseId && c.State != HelpState.Starting && c.ErasedAt == null)
            .OrderByDescending(c => c.Id).ToListAsync(ct)).Where(c => HelpScope.MayRead(scoped.Tree, viewer, c.AreaId, c.Topic));
        var all = await rows.OfAsync(viewer, [found, .. earlier], ct);
        return new HelpThread(
            all[0], found.CalledSealed is { } called ? key.Open(called, "called") : null, [.. entries],
            await HelpWindows.OfAsync(db, accountId, found.LastChatAt, clock.GetUtcNow(), ct), [.. all.Skip(1)]);
    }

    /// <inheritdoc cref="ReadAsync"/>
    public async Task<Result<HelpFile>> MediaAsync(HelpViewer viewer, int caseId, long messageId, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        if (await db.HelpMessages.AsNoTracking().FirstOrDefaultAsync(m => m.Id == messageId && m.CaseId == caseId && m.Media == HelpMediaState.Stored, ct) is not { MediaFile: { } file } message)
        {
            return HelpScope.NotFound;
        }

        await NoteAsync(viewer, caseId, HelpReadOf.Media, scoped.TeamId, ct);
        using var key = keys.Open(scoped.Case.KeyId);
        return key?.Fetch(file) is { } bytes ? new HelpFile(bytes, key.OpenBody(message.Sealed, message.MessageKey).ContentType ?? "application/octet-stream") : Erased;
    }

    /// <summary>Number of the newest message, to be asked again and again: nothing that was said is unsealed.</summary>
    public async Task<Result<HelpPulse>> PulseAsync(HelpViewer viewer, int caseId, CancellationToken ct)
        => (await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped) ? refusal : await PulseOfAsync(scoped.Case, ct);

    internal async Task<Result<HelpPulse>> PulseOfAsync(HelpCase of, CancellationToken ct)
    {
        using var key = keys.Open(of.KeyId);
        if (key is null || of.HolderSealed is null)
        {
            return Erased;
        }

        var accountId = HelpOutbox.HolderOf(key, of);
        var last = await db.HelpMessages.Where(m => m.CaseId == of.Id).MaxAsync(m => (long?)m.Id, ct);
        var replies = await db.Outbox.Where(m => m.AccountId == accountId && m.Code == HelpOutbox.Reply).Select(m => m.State).ToListAsync(ct);
        return new HelpPulse(last ?? 0, of.Version, await HelpWindows.OfAsync(db, accountId, of.LastChatAt, clock.GetUtcNow(), ct), replies.Count(r => r == OutboxState.Parked), replies.Count(r => r <= OutboxState.Sending));
    }

    /// <summary>Committed when this returns.</summary>
    internal async Task NoteAsync(HelpViewer viewer, int caseId, HelpReadOf what, int organisationId, CancellationToken ct)
    {
        var (now, since) = (clock.GetUtcNow(), clock.GetUtcNow() - OneReading);
        if (!await db.HelpReads.AnyAsync(r => r.CaseId == caseId && r.StaffId == viewer.StaffId && r.At > since && r.What == what, ct))
        {
            db.Add(new HelpRead { CaseId = caseId, StaffId = viewer.StaffId, At = now, What = what, OrganisationId = organisationId });
            await db.SaveChangesAsync(ct);
        }
    }

    private async Task<Dictionary<string, OutboxState>> StatesAsync(int accountId, List<string> outboxKeys, CancellationToken ct)
        => await db.Outbox.AsNoTracking().Where(m => m.AccountId == accountId && outboxKeys.Contains(m.MessageKey)).ToDictionaryAsync(m => m.MessageKey, m => m.State, ct);
}
