using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>Answers to the person: sealed in the case, sent by the outbox, each once.</summary>
public sealed class HelpReplies(BotDb db, HelpScope scope, HelpCases cases, HelpOutbox outbox, CaseKeys keys, Vault vault, WeChatApi api, HelpPolicy policy, ISharedState state, TimeProvider clock)
{
    public static readonly Refusal TextLength = new(RefusalKind.Invalid, "help.text-length", "1–600 characters for a reply, 2,000 for a note.");
    public static readonly Refusal Changed = new(RefusalKind.Conflict, "help.changed", "Somebody else has changed the case meanwhile.");
    public static readonly Refusal Closed = new(RefusalKind.Conflict, "help.closed", "The case is closed.");
    public static readonly Refusal Gone = new(RefusalKind.Conflict, "help.gone", "The person's account has been deleted.");

    public const int MostCharacters = 600;

    private static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(10);

    /// <summary>1–600 characters. Takes the case where nobody has it; whoever answers has heard the alert.</summary>
    /// <param name="version">Of the case as the page showed it; another one meanwhile: <c>help.changed</c>.</param>
    /// <param name="seen">The last message that the page showed: what the person has written since is not answered by this, and goes on calling.</param>
    /// <param name="formKey">Made with the form: a repeat sends nothing twice.</param>
    public async Task<Result<HelpPulse>> SendAsync(HelpViewer viewer, int caseId, int version, long seen, string text, string formKey, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var (found, words, now) = (scoped.Case, text.Trim(), clock.GetUtcNow());
        if (words.Length is 0 or > MostCharacters || formKey.Length is 0 or > 64)
        {
            return TextLength;
        }

        using var key = keys.Open(found.KeyId);
        if (key is null || found.HolderSealed is null)
        {
            return HelpCases.Erased;
        }

        if (await db.HelpMessages.AnyAsync(m => m.CaseId == caseId && m.MessageKey == formKey, ct))
        {
            return await cases.PulseOfAsync(found, ct);
        }

        var accountId = HelpOutbox.HolderOf(key, found);
        if (found.State != HelpState.Open || !await db.Accounts.AnyAsync(a => a.Id == accountId, ct))
        {
            return found.State != HelpState.Open ? Closed : Gone;
        }

        var outboxKey = "help-reply:" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        var resolution = found.OpenedAt + policy.Resolution;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.HelpCases.Where(c => c.Id == caseId && c.Version == version && c.State == HelpState.Open).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Version, version + 1)
                .SetProperty(c => c.FirstAnsweredAt, c => c.FirstAnsweredAt ?? now)
                .SetProperty(c => c.LastOutboundAt, now)
                .SetProperty(c => c.AssignedId, c => c.AssignedId ?? viewer.StaffId),
            ct) == 0)
        {
            return Changed;
        }

        // The row is ours until the end: what came before has committed, what comes later waits and sets the clock anew.
        if (!await IsNewerAsync(db, caseId, seen, ct))
        {
            await db.HelpCases.Where(c => c.Id == caseId).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.WaitingSince, (DateTimeOffset?)null).SetProperty(c => c.Clock, HelpClock.Resolution).SetProperty(c => c.NextDueAt, resolution), ct);
            await HelpCalls.EndAsync(db, caseId, viewer.StaffId, now, ct);
        }

        db.Add(new HelpMessage
        {
            CaseId = caseId,
            At = now,
            Kind = HelpKind.Text,
            By = HelpSide.Staff,
            StaffId = viewer.StaffId,
            Sealed = key.Seal(new HelpBody(words) { OutboxKey = outboxKey }, formKey),
            MessageKey = formKey,
            SentMark = outbox.MarkOf(outboxKey),
        });
        db.Add(HelpOutbox.Row(accountId, HelpOutbox.Reply, outboxKey, now));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await cases.PulseOfAsync(await db.HelpCases.AsNoTracking().SingleAsync(c => c.Id == caseId, ct), ct);
    }

    /// <summary>Whether the person has written since.</summary>
    internal static Task<bool> IsNewerAsync(BotDb db, int caseId, long seen, CancellationToken ct) => db.HelpMessages.AnyAsync(m => m.CaseId == caseId && m.By == HelpSide.Person && m.Id > seen, ct);

    /// <summary>Shows the person that an answer is being written; at most every ten seconds, and never a fault where WeChat does not want it.</summary>
    public async Task<Result<bool>> TypingAsync(HelpViewer viewer, int caseId, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        using var key = keys.Open(scoped.Case.KeyId);
        if (key is null || scoped.Case is not { State: HelpState.Open, HolderSealed: not null } || !api.IsOn(WeChatAccount.Mp)
            || !await state.AddAsync($"help-typing:{caseId}", [1], TypingEvery, ct))
        {
            return false;
        }

        var accountId = HelpOutbox.HolderOf(key, scoped.Case);
        if (await db.Accounts.AsNoTracking().Where(a => a.Id == accountId).Select(a => a.OpenIdSealed).FirstOrDefaultAsync(ct) is not { } sealedId)
        {
            return false;
        }

        try
        {
            await api.Messages.TypingAsync(WeChatAccount.Mp, vault.Open(sealedId), typing: true, ct);
            return true;
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            return false;
        }
    }
}
