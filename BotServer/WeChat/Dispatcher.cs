using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.HelpLine;

namespace Bot.Server.WeChat;

/// <summary>From an authenticated push to its one passive answer.</summary>
internal sealed class Dispatcher(
    IServiceProvider services,
    ContentLibrary content,
    WordIndex words,
    BotCommands commands,
    Dialogues dialogues,
    Accounts accounts,
    Telling telling,
    TimeProvider clock)
{
    /// <summary>What the privacy dialogue is asked for works without it, too.</summary>
    private static readonly string[] PrivacyWords = ["words.copy", "words.correct", "words.withdraw", "words.erase"];

    /// <summary>What somebody wrote, tapped or scanned, and what the platform tells about them.</summary>
    /// <param name="appId">The account's appid; openids belong to it.</param>
    /// <param name="messageKey">Equal for every delivery of this push; without the openid.</param>
    public async Task<Reply> AnswerAsync(string appId, Inbound inbound, string messageKey, CancellationToken ct)
    {
        // Of a message that we do not know we cannot say that it was no text.
        if (inbound is UnknownMessage or not (InboundMessage or ClickEvent or SubscribeEvent or ScanEvent))
        {
            return await NoteAsync(appId, inbound, ct);
        }

        // A picture needs no account to be answered; who has one may have something to be told.
        var by = inbound is InboundMessage and not TextMessage
            ? await accounts.FindAsync(appId, inbound.FromUserName, ct)
            : await accounts.FindOrAddAsync(appId, inbound.FromUserName, ct);
        var answer = inbound switch
        {
            TextMessage text => await HearAsync(by!, text.Content, messageKey, ct),
            ClickEvent click => await RunAsync(click.EventKey, "", by!, messageKey, turn: null, ct),
            SubscribeEvent subscribed => await WelcomeAsync(subscribed, by!, messageKey, ct),
            ScanEvent scanned => await ScanAsync(scanned.Scene, by!, messageKey, ct),
            _ => Say("not-text"),
        };
        return await telling.ReplyAsync(answer, by, messageKey, ct);
    }

    /// <summary>What the platform tells and nobody reads an answer to; where no answer is shown, no command may run either.</summary>
    public async Task<Reply> NoteAsync(string appId, Inbound inbound, CancellationToken ct)
    {
        switch (inbound)
        {
            case UserAuthorizationCancellation { OpenId: { } openId }:
                await services.GetRequiredService<Erasure>().EraseOpenIdAsync([appId], openId, "platform", ct);
                break;
            case UnsubscribeEvent:
                await LeaveAsync(appId, inbound, ct);
                break;
        }

        return Reply.Nothing;
    }

    /// <summary>
    /// A cry for help goes before everything; then the open dialogue; then the commands' words; then a dialogue's last word that comes too late;
    /// then a bare join code.
    /// </summary>
    private async Task<Answer> HearAsync(KnownAccount by, string text, string messageKey, CancellationToken ct)
    {
        var found = content.IsCry(text) ? (HelpLineCommand.Name, "") : words.Find(text);
        var turn = found is { Words.Length: 0 } ? null : await dialogues.FindAsync(by.Id, ct);
        if (turn is not null && (found is null || turn.TakesText)
            && await RunAsync(turn.Command, text.Trim(), by, messageKey, turn, ct) is { IsMine: true } answer)
        {
            return answer;
        }

        if (found is { } called)
        {
            return await RunAsync(called.Command, called.Words, by, messageKey, turn: null, ct);
        }

        if (LateFor(text) is { } command)
        {
            return await RunAsync(command, text.Trim(), by, messageKey, new Turn(command, Turn.Late, new Dictionary<string, string>()), ct);
        }

        if (BareCode(text) is { } code && await RunAsync("join", code, by, messageKey, new Turn("join", "typed", new Dictionary<string, string>()), ct) is { IsMine: true } joins)
        {
            return joins;
        }

        if (PrivacyWords.Any(words => content.IsOneOf(words, text)))
        {
            return await RunAsync("privacy", text, by, messageKey, turn: null, ct);
        }

        if (content.IsOneOf("words.thanks", text))
        {
            return Say("thanks");
        }

        return words.Near(text) is { } near ? Say("not-understood.near", ("word", near)) : Say("not-understood");
    }

    private async Task<Answer> RunAsync(string name, string said, KnownAccount by, string messageKey, Turn? turn, CancellationToken ct)
    {
        if (commands.Find(name, services) is not { } command)
        {
            return Say("not-understood");
        }

        var answer = await command.AnswerAsync(new Asked(by, said, messageKey, clock.GetUtcNow(), turn), ct);
        if (answer.Waits is { } waits)
        {
            await dialogues.KeepAsync(by.Id, waits, ct);
        }
        else if (answer.IsMine && turn is not { Step: Turn.Late })
        {
            // A word in between does not stop what was begun.
            if (turn is null && name != CancelCommand.Name && await dialogues.FindAsync(by.Id, ct) is { } open && open.Command != name)
            {
                return name == HelpLineCommand.Name ? answer : Reminding(answer);
            }

            await dialogues.EndAsync(by.Id, ct);
        }

        return answer;
    }

    /// <summary>Without a hint the answer to the next text would surprise.</summary>
    private Answer Reminding(Answer answer)
        => answer.Reply is TextReply text ? answer with { Reply = Reply.Text(text.Content + "\n\n" + content.Reply("dialogue.waits")) } : answer;

    /// <summary>The command whose dialogue ends with this word.</summary>
    private string? LateFor(string text)
        => content.IsOneOf("words.agree", text) ? "join"
            : content.IsOneOf("words.confirm-withdraw", text) || content.IsOneOf("words.confirm-erase", text) ? "privacy"
            : null;

    private async Task<Answer> WelcomeAsync(SubscribeEvent subscribed, KnownAccount by, string messageKey, CancellationToken ct)
    {
        await accounts.SetFollowsAsync(by.Id, follows: true, ct);
        return subscribed.SceneOrNull is { } scene && BranchCode(scene) is not null
            ? await ScanAsync(scene, by, messageKey, ct)
            : await RunAsync(WelcomeCommand.Name, "", by, messageKey, turn: null, ct);
    }

    /// <summary>A branch's code carries its join code; the dialogue of joining begins with it.</summary>
    private async Task<Answer> ScanAsync(string scene, KnownAccount by, string messageKey, CancellationToken ct)
        => BranchCode(scene) is { } code
            ? await RunAsync("join", code, by, messageKey, new Turn("join", "scanned", new Dictionary<string, string>()), ct)
            : Say("scan.unknown");

    /// <summary>Eight characters and no more, in one or in two halves as posters print them; marks around them are forgiven.</summary>
    private static string? BareCode(string text)
    {
        var typed = Spoken.Normalise(text);
        var halves = typed.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var code = halves is [{ Length: JoinCodes.Length / 2 } first, { Length: JoinCodes.Length / 2 } second] ? first + second : typed;
        return code.Length == JoinCodes.Length ? JoinCodes.Parse(code) : null;
    }

    private static string? BranchCode(string scene) => scene.StartsWith(JoinCodes.ScenePrefix) ? JoinCodes.Parse(scene[1..]) : null;

    private Answer Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => Reply.Text(content.Reply(key, values));

    private async Task LeaveAsync(string appId, Inbound inbound, CancellationToken ct)
    {
        if (await accounts.FindAsync(appId, inbound.FromUserName, ct) is { } by)
        {
            await accounts.SetFollowsAsync(by.Id, follows: false, ct);
            await dialogues.EndAsync(by.Id, ct);
        }
    }
}
