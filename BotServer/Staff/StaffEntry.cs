using Bot.Core;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.AspNetCore.Authentication;

namespace Bot.Server.Staff;

/// <summary>Links from the chat that lead to the console: a secretary's own organisation, without a password.</summary>
internal static class StaffEntry
{
    public static readonly Refusal NotSecretary = new(RefusalKind.Forbidden, "link.not-secretary", "The person behind the link is no secretary any more.");

    public static bool IsFor(string path) => new PathString(path).StartsWithSegments("/staff");

    /// <summary>True when this browser holds a secretary's session of the same account that still holds.</summary>
    public static async Task<bool> IsSignedInAsync(HttpContext http, int accountId)
    {
        var session = await http.AuthenticateAsync(StaffSessions.Scheme);
        return session.Succeeded && StaffSessions.SecretaryAccountId(session.Principal) == accountId;
    }

    public static async Task<Result<bool>> SignInAsync(HttpContext http, KnownAccount account, CancellationToken ct)
    {
        var services = http.RequestServices;
        if ((await services.GetRequiredService<Secretaries>().OrganisationAsync(account, ct)).IsRefused(out _, out var organisationId)
            || (await services.GetRequiredService<OrganisationTree>().AllAsync(ct)).Find(organisationId) is not { } organisation)
        {
            return NotSecretary;
        }

        await StaffSessions.SignInAsync(http, account, organisation);
        return true;
    }
}
