using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Pushes;
using Bot.Core.Replies;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Bot.Core.WeChat;
using Bot.Server.HelpLine;
using Bot.Server.Roster;
using Bot.Server.Staff;

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
    StaffLinks links,
    HelpRelay help,
    UnansweredCollector unanswered,
    TimeProvider clock)
{
    /// <summary>What somebody wrote, tapped or scanned, and what the platform tells about them.</summary>
    /// <param name="appId">The account's appid; openids belong to it.</param>
    /// <param name="messageKey">Equal for every delivery of this push; without the openid.</param>
    public async Task<Reply> AnswerAsync(string appId, Inbound inbound, string messageKey, CancellationToken ct)
    {
        // Of a message that we do not know we cannot say that it was no text.
        if (inbound is UnknownMessage or not (InboundMessage or ClickEvent or SubscribeEvent or ScanEvent))
        {
            return await NoteAsync(appId, inbound, messageKey, ct);
        }

        // A picture needs no account to be answered; who has one may have something to be told. A cry needs one, also where it was spoken.
        var by = inbound is InboundMessage and not TextMessage && !content.IsCry(inbound)
            ? await accounts.FindAsync(appId, inbound.FromUserName, ct)
            : await accounts.FindOrAddAsync(appId, inbound.FromUserName, ct);
        if (by is { HasLeft: true })
        {
            await accounts.SetFollowsAsync(by.Id, follows: true, ct); // only who follows can write: the event that said so was lost
        }

        if (by is not null && inbound is InboundMessage said && await help.HearAsync(by, said, messageKey, ct) is { } helped)
        {
            await (helped.Waits is { } waits ? dialogues.KeepAsync(by.Id, waits, ct) : Task.CompletedTask);
            return await telling.ReplyAsync(helped, by, messageKey, ct);
        }

        var answer = inbound switch
        {
            TextMessage text => await HearAsync(by!, text.Content, messageKey, ct),
            VoiceMessage when content.IsCry(inbound) => await RunAsync(HelpLineCommand.Name, "", by!, messageKey, turn: null, ct),
            ClickEvent click => await RunAsync(click.EventKey, "", by!, messageKey, turn: null, ct),
            SubscribeEvent subscribed => await WelcomeAsync(subscribed, by!, messageKey, ct),
            ScanEvent scanned => await ScanAsync(scanned.Scene, by!, messageKey, ct),
            _ => Say("not-text"),
        };
        return await telling.ReplyAsync(answer, by, messageKey, ct);
    }

    /// <summary>What the platform tells and nobody reads an answer to; where no answer is shown, no command may run either.</summary>
    public async Task<Reply> NoteAsync(string appId, Inbound inbound, string messageKey, CancellationToken ct)
    {
        switch (inbound)
        {
            case UserAuthorizationCancellation { OpenId: { } openId }:
                await services.GetRequiredService<Erasure>().EraseOpenIdAsync([appId], openId, "platform", ct);
                break;
            case UnsubscribeEvent:
                await LeaveAsync(appId, inbound, ct);
                break;
            case SubscribeMsgPopup popup:
                await services.GetRequiredService<Credits>().GiveAsync(appId, popup, messageKey, ct);
                break;
            case SubscribeMsgChange change:
                await services.GetRequiredService<Credits>().ChangeAsync(appId, change, ct);
                break;
            case SubscribeMsgSent sent:
                await services.GetRequiredService<Outbox>().LearnAsync(appId, sent, ct);
                break;
            case MassSendJobFinish finish:
                await services.GetRequiredService<MassSender>().LearnAsync(finish, ct);
                break;
        }

        return Reply.Nothing;
    }

    /// <summary>
    /// A cry for help goes before everything; then a code that links somebody of the staff; then the open dialogue; then the commands' words;
    /// then what <see cref="Hearing"/> makes of the rest.
    /// </summary>
    private async Task<Answer> HearAsync(KnownAccount by, string text, string messageKey, CancellationToken ct)
    {
        var called = Hearing.Call(content, words, text);
        if (called is null && Hearing.BareCode(text) is { } code && await links.AnyWaitsAsync(ct)
            && await RunAsync(StaffLinkCommand.Name, code, by, messageKey, Late(StaffLinkCommand.Name), ct) is { IsMine: true } linked)
        {
            return linked;
        }

        var turn = called is { Words.Length: 0 } ? null : await dialogues.FindAsync(by.Id, ct);
        if (turn is not null && (called is null || turn.TakesText)
            && await RunAsync(turn.Command, text.Trim(), by, messageKey, turn, ct) is { IsMine: true } answer)
        {
            return answer;
        }

        if (called is not null)
        {
            return await RunAsync(called.Command, called.Words, by, messageKey, turn: null, ct);
        }

        var heard = Hearing.Rest(content, words, text);
        if (heard.As == HeardAs.Code)
        {
            if (await RunAsync(JoinCommand.Name, heard.Words, by, messageKey, new Turn(JoinCommand.Name, JoinCommand.Typed, new Dictionary<string, string>()), ct) is { IsMine: true } joins)
            {
                return joins;
            }

            heard = Hearing.RestWithoutCode(content, words, text);
        }

        switch (heard.As)
        {
            case HeardAs.LateWord:
                return await RunAsync(heard.Command, heard.Words, by, messageKey, Late(heard.Command), ct);
            case HeardAs.Command:
                return await RunAsync(heard.Command, heard.Words, by, messageKey, turn: null, ct);
        }

        // Names and numbers are typed in dialogues: nothing of them is collected.
        if (turn is null && heard.IsUnanswered)
        {
            unanswered.Note(by.Id, text);
        }

        return heard.Near is { } near ? Say(heard.Sentence, ("word", near)) : Say(heard.Sentence);
    }

    private static Turn Late(string command) => new(command, Turn.Late, new Dictionary<string, string>());

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
