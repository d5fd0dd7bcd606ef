using Bot.Core.Content;
using Bot.Core.Staff;
using Bot.Server.Operator;

namespace Bot.Server.Staff;

internal sealed class StaffLeaveCommand(StaffAccounts accounts, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "staff leave";

    public static string Usage => "staff leave LOGIN – end somebody's access at once; the name stays in the history";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var login])
        {
            return call.Fail("Usage: " + Usage);
        }

        if ((await accounts.LeaveAsync(login, ct)).IsRefused(out var refusal))
        {
            return call.Fail($"{refusal.Code}: {content.Reply(refusal.Code)}");
        }

        await call.Out.WriteLineAsync($"{login} has no access any more.");
        return 0;
    }
}
