using Bot.Core.Content;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>From a command's answer to what is sent: what happened meanwhile comes first, and what does not fit becomes a card.</summary>
internal sealed class Telling(Outbox outbox, ContentLibrary content)
{
    /// <summary>Passive text stays under 2,000 bytes: WeChat cuts it a little above.</summary>
    private const int MaxTextBytes = 1999;

    /// <param name="by">Null for somebody without an account, to whom nothing has happened.</param>
    public async Task<Reply> ReplyAsync(Answer answer, KnownAccount? by, string messageKey, CancellationToken ct)
    {
        // Only what is read may use notices up.
        var codes = by is { HasNotices: true } && answer.Reply is TextReply or NewsReply ? await outbox.TakeAsync(by.Id, messageKey, ct) : [];
        var meanwhile = string.Concat(codes.Select(code => content.Reply(code) + "\n\n"));
        var reply = After(meanwhile, answer.Reply);
        if (reply is not TextReply text || OutgoingText.ByteCount(text.Content) <= MaxTextBytes)
        {
            return reply;
        }

        return answer.IfTooLong is { } card ? After(meanwhile, card) : Reply.Text(OutgoingText.Cut(text.Content, MaxTextBytes, content.Reply("too-long")));
    }

    private static Reply After(string meanwhile, Reply reply) => reply switch
    {
        TextReply text => Reply.Text(meanwhile + text.Content),
        NewsReply card => card with { Description = meanwhile + card.Description },
        _ => reply,
    };
}
