using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Bot.Server.Operator;
using Microsoft.Extensions.Options;

namespace Bot.Server.Privacy;

/// <summary>Erases one person on request.</summary>
internal sealed class EraseCommand(Erasure erasure, IOptions<WeChatOptions> weChat) : IOperatorCommand
{
    public static string Words => "erase";

    public static string Usage => "erase --openid OPENID | --member NUMBER – make one person nameless; cannot be undone";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        var (openId, number) = (call.Option("--openid"), call.Option("--member"));
        if (openId is null == number is null)
        {
            return call.Fail("Usage: " + Usage);
        }

        var result = openId is not null
            ? await erasure.EraseOpenIdAsync([weChat.Value.Mp.AppId, weChat.Value.Mini.AppId], openId, "operator", ct)
            : await erasure.EraseMemberAsync(number!, "operator", ct);
        if (result.IsRefused(out var refusal))
        {
            return call.Fail(refusal.Detail);
        }

        call.Out.WriteLine("Erased.");
        return 0;
    }
}
