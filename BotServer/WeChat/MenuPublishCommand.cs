using Bot.Core.Content;
using Bot.Core.Replies;
using Bot.Server.Operator;

namespace Bot.Server.WeChat;

internal sealed class MenuPublishCommand(MenuPublication publication, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "menu publish";

    public static string Usage => "menu publish – put the menu (Content/menu.yaml, or what was approved in its place) on the official account; followers see it within 24 hours";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (await publication.PublishAsync("operator", ct) is { } refused)
        {
            return call.Fail(refused.Code is { } code ? $"{refused.Refusal.Detail} ({code})" : refused.Refusal.Detail);
        }

        await call.Out.WriteLineAsync($"The menu with {content.Menu.Buttons.Count} buttons is published.");
        return 0;
    }
}
