using System.Security.Claims;
using Bot.Core.Staff;

namespace Bot.Server.Staff;

/// <summary>Who is at the console in this request; filled in when the session is checked.</summary>
internal sealed class CurrentStaff(StaffScope scope)
{
    private Viewer? _viewer;

    /// <exception cref="InvalidOperationException">The page does not require a session.</exception>
    public Viewer Viewer => _viewer ?? throw new InvalidOperationException("Nobody is signed in on this page.");

    /// <summary>False on pages before a sign-in.</summary>
    public bool IsKnown => _viewer is not null;

    /// <returns>False when the session has ended, or what it was given for.</returns>
    public async Task<bool> FindAsync(ClaimsPrincipal principal, CancellationToken ct)
    {
        _viewer = await StaffSessions.ViewerAsync(principal, scope, ct);
        return _viewer is not null;
    }
}
