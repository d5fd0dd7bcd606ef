using System.Security.Claims;
using Bot.Core.Roster;

namespace Bot.Server.Entry;

/// <summary>Who makes this call: filled in by <see cref="PersonFilter"/> or <see cref="Sessions"/> from the session, read afresh from the account each time.</summary>
internal sealed class CurrentPerson(Accounts accounts)
{
    private KnownAccount? _account;

    /// <exception cref="InvalidOperationException">The route does not require a person.</exception>
    public KnownAccount Account => _account ?? throw new InvalidOperationException("Nobody is signed in on this route.");

    /// <summary>False on pages that strangers may read, too.</summary>
    public bool IsKnown => _account is not null;

    /// <summary>The person's row; changes when the account joins a roster.</summary>
    public int Id => Account.PersonId;

    /// <returns>False when there is no session, or it ended with the account.</returns>
    public async Task<bool> FindAsync(ClaimsPrincipal principal, CancellationToken ct)
    {
        if (Sessions.AccountId(principal) is not { } accountId)
        {
            return false;
        }

        _account ??= await accounts.FindAsync(accountId, ct);
        return _account is not null && _account.SessionEpoch == Sessions.Epoch(principal);
    }
}
