namespace Bot.Core.Roster;

/// <summary>Who writes to us: the ids of an <see cref="Account"/> row, and of the person behind it, who may be nameless.</summary>
public sealed record KnownAccount(int Id, int PersonId, int SessionEpoch, string AppId)
{
    /// <summary>The account has been told something at least once, or will be: looked up with the account, so that nobody else pays for asking.</summary>
    public bool HasNotices { get; init; }

    /// <summary>As far as is known the person has left the official account.</summary>
    public bool HasLeft { get; init; }
}
