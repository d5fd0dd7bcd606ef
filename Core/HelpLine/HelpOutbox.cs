using System.Globalization;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>
/// What of the help line waits in the outbox. A reply's row holds a random key and no word: it is unsealed when it goes out, and says nothing once
/// the case's key is gone.
/// </summary>
public sealed class HelpOutbox(CaseKeys keys, Vault vault, ContentLibrary content)
{
    /// <summary>Of a reply, whose text is in the case.</summary>
    public const string Reply = "help-line.reply";

    /// <summary>Tells somebody of the staff that a case waits; nothing of it.</summary>
    public const string Alert = "help-line.alert";

    /// <summary>Asks the person once whether it helped.</summary>
    public const string Survey = "help-line.survey";

    /// <summary>The case was closed.</summary>
    public const string Closed = "help-line.closed";

    /// <summary>What could not be stored at first has reached the team after all.</summary>
    public const string Late = "help-line.late";

    public static bool IsReply(string code) => code == Reply;

    public static bool IsHelp(string code) => code is Reply or Alert or Survey or Closed or Late;

    public static OutboxMessage Row(int accountId, string code, string messageKey, DateTimeOffset now)
        => new() { AccountId = accountId, Code = code, At = now, DueAt = now, UrgentAt = now, MessageKey = messageKey };

    public byte[] MarkOf(string outboxKey) => vault.Mark("help-reply", outboxKey);

    /// <summary>A reply as the person reads it.</summary>
    /// <returns>Null when the case has been erased.</returns>
    public async Task<string?> TextAsync(BotDb db, string outboxKey, CancellationToken ct)
    {
        var mark = MarkOf(outboxKey);
        var found = await (from message in db.HelpMessages.AsNoTracking()
                           join of in db.HelpCases on message.CaseId equals of.Id
                           where message.SentMark == mark
                           select new { message.Sealed, message.MessageKey, of.KeyId, of.LeftAt, of.State }).FirstOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        using var key = keys.Open(found.KeyId);
        return key is null ? null
            : content.Reply(HelpOutbox.Reply, ("text", key.OpenBody(found.Sealed, found.MessageKey).Text))
                + (found.LeftAt is null && found.State == HelpState.Open ? "" : "\n" + content.Reply("help-line.reply-left"));
    }

    /// <summary>Whose account it is.</summary>
    internal static int HolderOf(CaseKey key, HelpCase of) => int.Parse(key.Open(of.HolderSealed!, "holder"), CultureInfo.InvariantCulture);
}

/// <summary>What WeChat lets out to an account: for 48 hours after it wrote, five messages.</summary>
public static class HelpWindows
{
    private const int Most = 5;

    private static readonly TimeSpan OpenFor = TimeSpan.FromHours(48);

    /// <param name="lastChat">When the account last wrote in the chat; null where that is not known.</param>
    public static async Task<HelpWindow> OfAsync(BotDb db, int accountId, DateTimeOffset? lastChat, DateTimeOffset now, CancellationToken ct)
    {
        if (lastChat is not { } lastHeard || now >= lastHeard + OpenFor)
        {
            return new HelpWindow(null, 0);
        }

        var sent = await db.Outbox.CountAsync(
            m => m.AccountId == accountId
                && (m.State == OutboxState.Sending || (m.State == OutboxState.Waiting && m.UrgentAt != null)
                    || ((m.State == OutboxState.Sent || m.State == OutboxState.Unknown) && m.Channel == OutboxChannel.Chat && m.TakenAt >= lastHeard)),
            ct);
        return new HelpWindow(lastHeard + OpenFor, Math.Max(0, Most - sent));
    }
}
