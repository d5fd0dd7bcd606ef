using Bot.Server.Operator;

namespace Bot.Server;

/// <summary>Without an argument it serves; otherwise an operator's command runs and ends.</summary>
public sealed class ServerProgram
{
    private ServerProgram()
    {
    }

    public static Task<int> Main(string[] args)
        => args is [] || args[0].StartsWith("--", StringComparison.Ordinal) && args[0] != "--help"
            ? ServerHost.RunAsync(args)
            : OperatorShell.RunAsync(args, Console.Out, Console.Error);
}
