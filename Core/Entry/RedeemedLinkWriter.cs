using Bot.Core.Data;

namespace Bot.Core.Entry;

public sealed record NewRedemption(byte[] Id, DateTimeOffset ExpiresAt);

/// <summary>Stores that a link was opened; true for the one who was first.</summary>
public sealed class RedeemedLinkWriter : IBatchWriter<NewRedemption, bool>
{
    public async Task<bool[]> WriteAsync(BatchConnection connection, IReadOnlyList<NewRedemption> items, CancellationToken ct)
    {
        var first = new bool[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            await using var command = connection.Command(
                "INSERT INTO redeemed_links (id, expires_at) VALUES (@id, @expires) ON CONFLICT (id) DO NOTHING",
                ("@id", items[i].Id), ("@expires", items[i].ExpiresAt.ToUnixTimeMilliseconds()));
            first[i] = await command.ExecuteNonQueryAsync(ct) == 1;
        }

        return first;
    }
}
