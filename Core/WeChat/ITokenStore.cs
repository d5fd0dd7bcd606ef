namespace Bot.Core.WeChat;

/// <param name="Token">Up to 512 characters.</param>
/// <param name="Until">UTC instant from which on another one is fetched; WeChat takes this one two minutes longer at least.</param>
public readonly record struct KeptToken(string Token, DateTimeOffset Until)
{
    public override string ToString() => nameof(KeptToken);
}

/// <summary>
/// Tokens that several nodes share. Losing one costs a call. Nobody removes a token that WeChat has refused: who was refused takes any
/// but that one (<see cref="AccessTokens"/>), so that a late complaint can never take a newer token from the others.
/// </summary>
public interface ITokenStore
{
    /// <returns>Null when there is none.</returns>
    Task<KeptToken?> FindAsync(string name, CancellationToken ct);

    Task KeepAsync(string name, KeptToken token, CancellationToken ct);

    /// <summary>Whether this node is the one to fetch. Runs out after 15 seconds, should the node die.</summary>
    Task<bool> TryBeginAsync(string name, CancellationToken ct);

    Task EndAsync(string name, CancellationToken ct);
}

/// <summary>Where there is one node: <see cref="AccessTokens"/> itself remembers.</summary>
public sealed class SingleNodeTokens : ITokenStore
{
    public Task<KeptToken?> FindAsync(string name, CancellationToken ct) => Task.FromResult<KeptToken?>(null);

    public Task KeepAsync(string name, KeptToken token, CancellationToken ct) => Task.CompletedTask;

    public Task<bool> TryBeginAsync(string name, CancellationToken ct) => Task.FromResult(true);

    public Task EndAsync(string name, CancellationToken ct) => Task.CompletedTask;
}
