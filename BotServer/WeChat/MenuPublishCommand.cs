using Bot.Core.Content;
using Bot.Core.WeChat;
using Bot.Server.Operator;

namespace Bot.Server.WeChat;

internal sealed class MenuPublishCommand(WeChatApi api, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "menu publish";

    public static string Usage => "menu publish – put the menu of Content/menu.yaml on the official account; followers see it within 24 hours";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (!api.IsOn(WeChatAccount.Mp))
        {
            return call.Fail("WeChat:Mp:AppId or WeChat:Mp:AppSecret is empty.");
        }

        try
        {
            await api.CreateMenuAsync(content.Menu, ct);
        }
        catch (Exception e) when (e is WeChatException or HttpRequestException or TimeoutException)
        {
            return call.Fail(e.Message);
        }

        await call.Out.WriteLineAsync($"The menu with {content.Menu.Buttons.Count} buttons is published.");
        return 0;
    }
}
