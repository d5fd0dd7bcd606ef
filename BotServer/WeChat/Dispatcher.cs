using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>From an authenticated push to its one passive answer.</summary>
internal sealed class Dispatcher(
    IServiceProvider services,
    ContentLibrary content,
    WordIndex words,
    BotCommands commands,
    Dialogues dialogues,
    Accounts accounts,
    AccountNotices notices,
    TimeProvider clock)
{
    /// <summary>Passive text above this many bytes is cut by WeChat.</summary>
    private const int MaxTextBytes = 2000;

    /// <summary>What somebody wrote, tapped or scanned, and what the platform tells about them.</summary>
    /// <param name="appId">The account's appid; openids belong to it.</param>
    /// <param name="messageKey">Equal for every delivery of this push; without the openid.</param>
    public async Task<Reply> AnswerAsync(string appId, Inbound inbound, string messageKey, CancellationToken ct)
    {
        switch (inbound)
        {
            case TextMessage text:
                return await HearAsync(await KnowAsync(appId, inbound, ct), text.Content, messageKey, ct);
            case InboundMessage:
                return Reply.Text(content.Reply("not-text"));
            case ClickEvent click:
                return await RunAsync(click.EventKey, "", await KnowAsync(appId, inbound, ct), messageKey, turn: null, ct);
            case SubscribeEvent subscribed:
                return await WelcomeAsync(appId, subscribed, messageKey, ct);
            case ScanEvent scanned:
                return await ScanAsync(scanned.Scene, await KnowAsync(appId, inbound, ct), messageKey, ct);
            default:
                return await NoteAsync(appId, inbound, ct);
        }
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

    private Task<KnownAccount> KnowAsync(string appId, Inbound inbound, CancellationToken ct) => accounts.FindOrAddAsync(appId, inbound.FromUserName, ct);

    private async Task<Reply> HearAsync(KnownAccount by, string text, string messageKey, CancellationToken ct)
    {
        var found = words.Find(text);
        var turn = found is { Words.Length: 0 } ? null : await dialogues.FindAsync(by.Id, ct);
        if (found is { } called && turn is not { TakesText: true })
        {
            return await RunAsync(called.Command, called.Words, by, messageKey, turn: null, ct);
        }

        if (turn is not null)
        {
            return await RunAsync(turn.Command, text.Trim(), by, messageKey, turn, ct);
        }

        return Reply.Text(words.Near(text) is { } near ? content.Reply("not-understood.near", ("word", near)) : content.Reply("not-understood"));
    }

    private async Task<Reply> RunAsync(string name, string said, KnownAccount by, string messageKey, Turn? turn, CancellationToken ct)
    {
        if (commands.Find(name, services) is not { } command)
        {
            return Reply.Text(content.Reply("not-understood"));
        }

        var answer = await command.AnswerAsync(new Asked(by, said, messageKey, clock.GetUtcNow(), turn), ct);
        if (answer.Waits is { } waits)
        {
            await dialogues.KeepAsync(by.Id, waits, ct);
        }
        else
        {
            await dialogues.EndAsync(by.Id, ct);
        }

        return Fit(await WithNoticesAsync(answer.Reply, by, messageKey, ct));
    }

    /// <summary>What happened meanwhile comes before the answer; a card has no room for it, so it waits for the next text.</summary>
    private async Task<Reply> WithNoticesAsync(Reply reply, KnownAccount by, string messageKey, CancellationToken ct)
        => reply is TextReply text && await notices.TakeAsync(by.Id, messageKey, ct) is { Count: > 0 } codes
            ? Reply.Text(string.Join("\n\n", codes.Select(code => content.Reply(code)).Append(text.Content)))
            : reply;

    private async Task<Reply> WelcomeAsync(string appId, SubscribeEvent subscribed, string messageKey, CancellationToken ct)
    {
        var by = await KnowAsync(appId, subscribed, ct);
        await accounts.SetFollowsAsync(by.Id, follows: true, ct);
        return subscribed.SceneOrNull is { } scene && BranchCode(scene) is not null
            ? await ScanAsync(scene, by, messageKey, ct)
            : await RunAsync(WelcomeCommand.Name, "", by, messageKey, turn: null, ct);
    }

    /// <summary>A branch's code carries its join code; the dialogue of joining begins with it.</summary>
    private async Task<Reply> ScanAsync(string scene, KnownAccount by, string messageKey, CancellationToken ct)
        => BranchCode(scene) is { } code
            ? await RunAsync("join", code, by, messageKey, new Turn("join", "scanned", new Dictionary<string, string>()), ct)
            : Reply.Text(content.Reply("scan.unknown"));

    private static string? BranchCode(string scene) => scene.StartsWith(JoinCodes.ScenePrefix) ? JoinCodes.Parse(scene[1..]) : null;

    private async Task LeaveAsync(string appId, Inbound inbound, CancellationToken ct)
    {
        if (await accounts.FindAsync(appId, inbound.FromUserName, ct) is { } by)
        {
            await accounts.SetFollowsAsync(by.Id, follows: false, ct);
            await dialogues.EndAsync(by.Id, ct);
        }
    }

    private static Reply Fit(Reply reply)
        => reply is TextReply text && OutgoingText.ByteCount(text.Content) > MaxTextBytes
            ? Reply.Text(OutgoingText.Cut(text.Content, MaxTextBytes))
            : reply;
}
