using System.Globalization;
using Bot.Core.HelpLine;
using Bot.Server.Operator;

namespace Bot.Server.HelpLine;

internal sealed class RotateKeysCommand(CaseKeys keys) : IOperatorCommand
{
    public static string Words => "help-line rotate-keys";

    public static string Usage => "help-line rotate-keys – wraps the keys of all help cases anew; beside a running server, and again after a fault";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        await call.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{keys.Rotate()} keys wrapped anew"));
        return 0;
    }
}
