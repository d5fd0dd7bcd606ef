using Bot.Core.Roster;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>What somebody asked for in the chat, understood as one command.</summary>
/// <param name="Words">What followed the command's word; the whole text when a dialogue goes on. Trimmed, never null.</param>
/// <param name="MessageKey">The inbound message's retry key: every stored effect carries it.</param>
/// <param name="At">When it reached us, UTC.</param>
/// <param name="Turn">The open dialogue's state when this message goes on with it; null when the command was called afresh.</param>
public sealed record Asked(KnownAccount By, string Words, string MessageKey, DateTimeOffset At, Turn? Turn);

/// <summary>Where a dialogue stands: the step that waits for an answer and what was said so far. Forgotten after ten minutes.</summary>
/// <param name="TakesText">The person's own words come next: only a text that is a command's word and nothing more calls the command.</param>
public sealed record Turn(string Command, string Step, IReadOnlyDictionary<string, string> Said, bool TakesText = false)
{
    /// <summary>The step of a command's last word that comes when no dialogue waits for it: forgotten, or a repeat after a restart.</summary>
    public const string Late = "late";
}

/// <summary>What the bot can be asked. No wording, no storage, no rules; answers within four seconds.</summary>
internal interface IBotCommand
{
    /// <summary>The key of its words in Content/commands.yaml.</summary>
    static abstract string Name { get; }

    Task<Answer> AnswerAsync(Asked asked, CancellationToken ct);
}

/// <summary>A reply, and the dialogue step that waits for what comes next, if any.</summary>
/// <param name="IfTooLong">Shown when the text does not fit into one answer; leads to the page where the same can be read.</param>
internal sealed record Answer(Reply Reply, Turn? Waits = null, NewsReply? IfTooLong = null)
{
    /// <summary>The open dialogue does not know these words: they are heard as if there were none, and it stays open.</summary>
    public static Answer NotMine { get; } = new(Reply.Nothing);

    /// <summary>No push goes with it: whoever needs help shall read nothing else.</summary>
    public bool IsAlone { get; init; }

    /// <summary>The person talks with somebody: only what that somebody said goes with it.</summary>
    public bool IsInCase { get; init; }

    public bool IsMine => !ReferenceEquals(this, NotMine);

    public static implicit operator Answer(Reply reply) => new(reply);
}
