using Bot.Core.Content;
using Bot.Core.Pushes;
using Bot.Core.Roster;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>
/// From a command's answer to what is sent: what happened meanwhile comes first, a push that waited comes last, and what does not fit becomes a
/// card.
/// </summary>
internal sealed class Telling(Outbox outbox, ContentLibrary content)
{
    /// <summary>Passive text stays under 2,000 bytes: WeChat cuts it a little above.</summary>
    private const int MaxTextBytes = 1999;

    /// <param name="by">Null for somebody without an account, to whom nothing has happened.</param>
    public async Task<Reply> ReplyAsync(Answer answer, KnownAccount? by, string messageKey, CancellationToken ct)
    {
        // Only what is read may use notices up.
        var told = by is { HasNotices: true } && (answer.Reply is TextReply or NewsReply || answer.IsInCase)
            ? await outbox.TakeAsync(by.Id, messageKey, (others, one) => one.Push is null ? Fits([.. others, one], answer.Reply) : TakesPush(answer, [.. others, one]), answer.IsInCase, ct)
            : [];
        var reply = Around(told, answer.Reply);
        if (reply is not TextReply text || OutgoingText.ByteCount(text.Content) <= MaxTextBytes)
        {
            return reply;
        }

        return answer.IfTooLong is { } card ? Around(told, card) : Reply.Text(OutgoingText.Cut(text.Content, MaxTextBytes, content.Reply("too-long")));
    }

    /// <summary>Not into the middle of a dialogue, not where help is needed, and only where there is room.</summary>
    private bool TakesPush(Answer answer, IReadOnlyList<ToldMessage> told)
        => answer is { Waits: null, IsAlone: false } && Fits(told, answer.Reply);

    private bool Fits(IReadOnlyList<ToldMessage> told, Reply reply) => Around(told, reply) is TextReply text && OutgoingText.ByteCount(text.Content) <= MaxTextBytes;

    private Reply Around(IReadOnlyList<ToldMessage> told, Reply reply)
    {
        var before = string.Concat(told.Where(m => m.Push is null).Select(m => (m.Text ?? content.Reply(m.Code)) + "\n\n"));
        var after = string.Concat(told.Where(m => m.Push is not null).Select(m => "\n\n" + Say(m.Push!, m.IsFirst)));
        return reply switch
        {
            TextReply text => Reply.Text(before + text.Content + after),
            NothingReply when before.Length > 0 => Reply.Text(before.TrimEnd()),
            NewsReply card => card with { Description = before + card.Description },
            _ => reply,
        };
    }

    private string Say(Push push, bool isFirst)
        => content.Reply("push.told", ("title", push.Title), ("text", push.Text)) + (isFirst ? "\n" + content.Reply("push.how-to-stop") : "");
}
