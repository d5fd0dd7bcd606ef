using Bot.Core.Data;

namespace Bot.Core.Roster;

public sealed record NewAccount(string AppId, byte[] OpenIdHash, byte[] OpenIdSealed);

/// <summary>Adds accounts of newcomers, each with a nameless person; the unique index on the hash makes it one per openid.</summary>
public sealed class AccountWriter : IBatchWriter<NewAccount, KnownAccount>
{
    public async Task<KnownAccount[]> WriteAsync(BatchConnection connection, IReadOnlyList<NewAccount> items, CancellationToken ct)
    {
        var known = new KnownAccount[items.Count];
        for (var i = 0; i < items.Count; i++)
        {
            known[i] = await FindAsync(connection, items[i], ct) ?? await AddAsync(connection, items[i], ct);
        }

        return known;
    }

    private static async Task<KnownAccount?> FindAsync(BatchConnection connection, NewAccount item, CancellationToken ct)
    {
        await using var command = connection.Command("SELECT id, person_id, session_epoch FROM accounts WHERE open_id_hash = @hash", ("@hash", item.OpenIdHash));
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? new KnownAccount(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2), item.AppId) : null;
    }

    /// <summary>A racer on another node breaks the unique index: the batch is then written one by one, and the retry finds the row.</summary>
    private static async Task<KnownAccount> AddAsync(BatchConnection connection, NewAccount item, CancellationToken ct)
    {
        await using var person = connection.Command("INSERT INTO people (name) VALUES (NULL) RETURNING id");
        var personId = Convert.ToInt32(await person.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture);
        await using var account = connection.Command(
            """
            INSERT INTO accounts (person_id, app_id, open_id_hash, open_id_sealed, wrong_tries, wrong_tries_on, session_epoch)
            VALUES (@person, @app, @hash, @sealed, COALESCE((SELECT tries FROM spent_tries WHERE open_id_hash = @hash), 0), (SELECT day FROM spent_tries WHERE open_id_hash = @hash), 0)
            RETURNING id
            """,
            ("@person", personId), ("@app", item.AppId), ("@hash", item.OpenIdHash), ("@sealed", item.OpenIdSealed));
        var id = Convert.ToInt32(await account.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture);
        return new KnownAccount(id, personId, 0, item.AppId);
    }
}
