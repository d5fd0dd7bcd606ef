using Bot.Core.Content;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.HelpLine;

/// <summary>"求助": the numbers where people answer; the bot cannot talk to anybody.</summary>
internal sealed class HelpLineCommand(ContentLibrary content) : IBotCommand
{
    public static string Name => "help-line";

    public Task<Answer> AnswerAsync(Asked asked, CancellationToken ct) => Task.FromResult(new Answer(Reply.Text(content.Reply("help-line.soon"))) { IsAlone = true });
}
