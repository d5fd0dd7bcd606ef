using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Privacy;

namespace Bot.Core.Replies;

/// <param name="Text">As <see cref="UnansweredMask"/> leaves it.</param>
/// <param name="TextMark">Keyed hash of the text.</param>
/// <param name="Mark">Of the person and the text.</param>
/// <param name="On">The day in China.</param>
public sealed record SaidText(string Text, byte[] TextMark, int Mark, DateOnly On)
{
    public static SaidText Of(Vault vault, int accountId, string text, DateOnly on)
    {
        var person = vault.Mark("unanswered", string.Create(CultureInfo.InvariantCulture, $"{accountId}/{text}"));
        return new SaidText(text, vault.Mark("unanswered-text", text), (person[0] << 8) | person[1], on);
    }
}

/// <summary>Stores what was said, within the day's limit.</summary>
public sealed class UnansweredWriter : IBatchWriter<SaidText, bool>
{
    /// <summary>New texts a day, of all people and nodes.</summary>
    public const int MaxNewPerDay = 5000;

    /// <summary>Different people before anybody reads a text.</summary>
    public const int EnoughPeople = 3;

    public async Task<bool[]> WriteAsync(BatchConnection connection, IReadOnlyList<SaidText> items, CancellationToken ct)
    {
        var kept = new bool[items.Count];

        // In one order, so that no two batches wait for each other.
        foreach (var i in Enumerable.Range(0, items.Count).OrderBy(i => Convert.ToHexString(items[i].TextMark), StringComparer.Ordinal))
        {
            kept[i] = await WriteAsync(connection, items[i], ct);
        }

        return kept;
    }

    private static async Task<bool> WriteAsync(BatchConnection connection, SaidText item, CancellationToken ct)
    {
        await ExecuteAsync(
            connection,
            """
            INSERT INTO unanswered_texts (mark, first_on, last_on, people, state)
            SELECT @key, @day, @day, 0, 0 WHERE (SELECT COUNT(*) FROM unanswered_texts WHERE first_on = @day) < @most
            ON CONFLICT (mark) DO NOTHING
            """,
            ct, ("@key", item.TextMark), ("@day", item.On), ("@most", MaxNewPerDay));
        if (await FindAsync(connection, item, ct) is not { } id)
        {
            return false;
        }

        await ExecuteAsync(
            connection,
            """
            INSERT INTO unanswered_marks (text_id, mark, said_on)
            SELECT @id, @mark, @day WHERE EXISTS (SELECT 1 FROM unanswered_texts WHERE id = @id AND people < @enough)
            ON CONFLICT (text_id, mark) DO UPDATE SET said_on = excluded.said_on
            """,
            ct, ("@id", id), ("@mark", item.Mark), ("@day", item.On), ("@enough", EnoughPeople));

        // Said by one or two it may be somebody's name: the third brings the text itself.
        await ExecuteAsync(
            connection,
            """
            UPDATE unanswered_texts SET last_on = @day,
                text = CASE WHEN people < @enough AND (SELECT COUNT(*) FROM unanswered_marks WHERE text_id = @id) >= @enough THEN @text ELSE text END,
                people = CASE WHEN people >= @enough THEN people ELSE (SELECT COUNT(*) FROM unanswered_marks WHERE text_id = @id) END
            WHERE id = @id
            """,
            ct, ("@id", id), ("@text", item.Text), ("@day", item.On), ("@enough", EnoughPeople));

        // Who said it need not be known any more.
        await ExecuteAsync(
            connection,
            "DELETE FROM unanswered_marks WHERE text_id = @id AND EXISTS (SELECT 1 FROM unanswered_texts WHERE id = @id AND people >= @enough)",
            ct, ("@id", id), ("@enough", EnoughPeople));
        return true;
    }

    private static async Task<int?> FindAsync(BatchConnection connection, SaidText item, CancellationToken ct)
    {
        await using var command = connection.Command("SELECT id FROM unanswered_texts WHERE mark = @key", ("@key", item.TextMark));
        return await command.ExecuteScalarAsync(ct) is { } id ? Convert.ToInt32(id, CultureInfo.InvariantCulture) : null;
    }

    private static async Task ExecuteAsync(BatchConnection connection, string sql, CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var command = connection.Command(sql, values);
        await command.ExecuteNonQueryAsync(ct);
    }
}
