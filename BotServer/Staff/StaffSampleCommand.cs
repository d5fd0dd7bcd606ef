using Bot.Core.Content;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Server.Operator;

namespace Bot.Server.Staff;

/// <summary>For the simulator: an account without a second factor, where nobody but this machine can reach it.</summary>
internal sealed class StaffSampleCommand(StaffAccounts accounts, SiteOptions site, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "staff sample";

    public static string Usage => "staff sample LOGIN PASSWORD --under PATH [--role R] – for trying out on loopback: an account without a second factor, administrator unless said otherwise";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [var login, var password, ..] || call.Option("--under") is not { } path)
        {
            return call.Fail("Usage: " + Usage);
        }

        if (!StaffRoles.TryParse(call.Option("--role") ?? StaffRole.Administrator.Word(), out var role))
        {
            return call.Fail($"'{call.Option("--role")}' is no role. Roles: {string.Join(", ", StaffRoles.All)}.");
        }

        if (!new Uri(site.PublicUrl).IsLoopback)
        {
            return call.Fail("Site:PublicUrl is not on loopback: here everybody has a second factor. Use staff add.");
        }

        if ((await accounts.AddSampleAsync(login, password, role, path, ct)).IsRefused(out var refusal))
        {
            return call.Fail($"{refusal.Code}: {content.Reply(refusal.Code)}");
        }

        await call.Out.WriteLineAsync($"{login} signs in with this password alone.");
        return 0;
    }
}
