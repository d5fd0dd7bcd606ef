using Bot.Core.Content;
using Bot.Core.Settings;
using Bot.Core.Staff;
using Bot.Server.Operator;

namespace Bot.Server.Staff;

internal sealed class StaffAddCommand(StaffAccounts accounts, SiteOptions site, ContentLibrary content) : IOperatorCommand
{
    public static string Words => "staff add";

    public static string Usage => "staff add LOGIN --role ROLE --under PATH [--again] – give a role for a subtree; prints a one-use invitation link, 72 hours";

    public async Task<int> RunAsync(OperatorCall call, CancellationToken ct)
    {
        if (call.Arguments is not [{ Length: > 0 } login, ..] || login.StartsWith('-') || call.Option("--role") is not { } word || call.Option("--under") is not { } path)
        {
            return call.Fail("Usage: " + Usage);
        }

        if (!StaffRoles.TryParse(word, out var role))
        {
            return call.Fail($"'{word}' is no role. Roles: {string.Join(", ", StaffRoles.All)}.");
        }

        if ((await accounts.AddAsync(login, role, path, call.Flag("--again"), ct)).IsRefused(out var refusal, out var staff))
        {
            return call.Fail($"{refusal.Code}: {content.Reply(refusal.Code)}");
        }

        await call.Out.WriteLineAsync(staff.InvitationSecret is { } secret
            ? site.At("/staff/invitations/" + secret)
            : $"{staff.Login} has this role now and signs in as before. For a new password and second factor add --again.");
        return 0;
    }
}
