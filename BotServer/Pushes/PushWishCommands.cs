using Bot.Core.Content;
using Bot.Core.Pushes;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Pushes;

/// <summary>"退订推送": no pushes any more, until the person says otherwise.</summary>
internal sealed class StopPushesCommand(PushWishes wishes, ContentLibrary content) : IBotCommand
{
    public static string Name => "stop-pushes";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        await wishes.SetAsync(asked.By, wants: false, ct);
        return Reply.Text(content.Reply("push.unsubscribed"));
    }
}

/// <summary>"订阅推送": pushes again.</summary>
internal sealed class StartPushesCommand(PushWishes wishes, ContentLibrary content) : IBotCommand
{
    public static string Name => "start-pushes";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        await wishes.SetAsync(asked.By, wants: true, ct);
        return Reply.Text(content.Reply("push.subscribed"));
    }
}
