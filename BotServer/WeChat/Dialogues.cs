using System.Text.Json;
using Bot.Core.Data;

namespace Bot.Server.WeChat;

/// <summary>Where each person's dialogue stands. Forgotten ten minutes after the last step.</summary>
public sealed class Dialogues(ISharedState state)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public async Task<Turn?> FindAsync(int accountId, CancellationToken ct)
        => await state.GetAsync(Key(accountId), ct) is { } json ? JsonSerializer.Deserialize<Turn>(json) : null;

    public Task KeepAsync(int accountId, Turn turn, CancellationToken ct)
        => state.SetAsync(Key(accountId), JsonSerializer.SerializeToUtf8Bytes(turn), Lifetime, ct);

    public Task EndAsync(int accountId, CancellationToken ct) => state.RemoveAsync(Key(accountId), ct);

    private static string Key(int accountId) => "dialogue:" + accountId;
}
