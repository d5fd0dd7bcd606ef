using System.Data;
using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>
/// Writes <see cref="RosterChanges"/>. What changes goes into temporary tables first and from there into the real ones with one
/// statement each, so that 200,000 rows take seconds on either database.
/// </summary>
internal sealed class RosterWriter(BotDb db, BatchConnection connection, DateTimeOffset now)
{
    private static readonly (string, DbType)[] PersonColumns =
    [
        ("id", DbType.Int32), ("name", DbType.String), ("name_key", DbType.String), ("birth_date", DbType.Date), ("member_number", DbType.String),
        ("roster_id", DbType.String), ("phone_sealed", DbType.Binary), ("phone_last4", DbType.String),
    ];

    private static readonly (string, DbType)[] MembershipColumns =
        [("person_id", DbType.Int32), ("organisation_id", DbType.Int32), ("category", DbType.Int32), ("duty", DbType.Int32), ("since", DbType.Int64)];

    private int _written;

    public async Task StoreAsync(RosterChanges changes, RosterTree tree, IProgress<double> progress, CancellationToken ct)
    {
        var steps = Math.Max(1, (changes.Joining.Count * 2) + changes.Edited.Count + (changes.Transferred.Count * 2) + changes.Appointed.Count);
        await EditAsync(changes.Edited, Step, ct);
        await AppointAsync(changes.Appointed, Step, ct);
        await EndAsync(changes.Transferred, Step, ct);
        var ids = await BulkInsert.ReserveIdsAsync(connection, "people", changes.Joining.Count, ct);
        var joined = await AddPeopleAsync(changes.Joining, ids, Step, ct);
        await using var memberships = new BulkInsert(connection, "memberships", MembershipColumns);
        foreach (var (id, row, duty) in joined.Concat(changes.Transferred))
        {
            await memberships.AddAsync(ct, id, tree.Known[row.Organisation], (int)row.Category, (int?)duty, now.ToUnixTimeMilliseconds());
            Step();
        }

        await memberships.FlushAsync(ct);

        void Step()
        {
            if (++_written % 2000 == 0)
            {
                progress.Report((double)_written / steps);
            }
        }
    }

    private async Task<List<(int Id, RosterRow Row, Duty? Duty)>> AddPeopleAsync(
        List<(RosterRow Row, PersonState State)> joining, Queue<int> ids, Action step, CancellationToken ct)
    {
        var joined = new List<(int, RosterRow, Duty?)>(joining.Count);
        await using var people = new BulkInsert(connection, "people", PersonColumns);
        foreach (var (row, state) in joining)
        {
            var id = ids.Dequeue();
            await AddAsync(people, id, state, ct);
            joined.Add((id, row, row.Duty));
            step();
        }

        await people.FlushAsync(ct);
        return joined;
    }

    private async Task EditAsync(List<(int Id, PersonState State)> edited, Action step, CancellationToken ct)
    {
        if (edited.Count == 0)
        {
            return;
        }

        var names = PersonColumns.Select(c => c.Item1).ToList();
        await ExecuteAsync($"CREATE TEMP TABLE roster_edits AS SELECT {string.Join(", ", names)} FROM people WHERE 1 = 0", ct);
        await using var edits = new BulkInsert(connection, "roster_edits", PersonColumns);
        foreach (var (id, state) in edited)
        {
            await AddAsync(edits, id, state, ct);
            step();
        }

        await edits.FlushAsync(ct);
        await ExecuteAsync($"UPDATE people SET {string.Join(", ", names.Skip(1).Select(n => $"{n} = e.{n}"))} FROM roster_edits e WHERE people.id = e.id AND people.erased_at IS NULL", ct);
        await ExecuteAsync("DROP TABLE roster_edits", ct);
    }

    private async Task AppointAsync(List<(int Id, Duty? Duty)> appointed, Action step, CancellationToken ct)
    {
        if (appointed.Count == 0)
        {
            return;
        }

        await ExecuteAsync("CREATE TEMP TABLE roster_duties AS SELECT person_id, duty FROM memberships WHERE 1 = 0", ct);
        await using var duties = new BulkInsert(connection, "roster_duties", ("person_id", DbType.Int32), ("duty", DbType.Int32));
        foreach (var (id, duty) in appointed)
        {
            await duties.AddAsync(ct, id, (int?)duty);
            step();
        }

        await duties.FlushAsync(ct);
        await ExecuteAsync("UPDATE memberships SET duty = d.duty FROM roster_duties d WHERE memberships.person_id = d.person_id AND memberships.until IS NULL", ct);
        await ExecuteAsync("DROP TABLE roster_duties", ct);
    }

    private async Task EndAsync(List<(int Id, RosterRow Row, Duty? Duty)> transferred, Action step, CancellationToken ct)
    {
        if (transferred.Count == 0)
        {
            return;
        }

        await ExecuteAsync("CREATE TEMP TABLE roster_leavers AS SELECT person_id FROM memberships WHERE 1 = 0", ct);
        await using var leavers = new BulkInsert(connection, "roster_leavers", ("person_id", DbType.Int32));
        foreach (var (id, _, _) in transferred)
        {
            await leavers.AddAsync(ct, id);
            step();
        }

        await leavers.FlushAsync(ct);
        await db.Database.ExecuteSqlAsync(
            $"UPDATE memberships SET until = {now.ToUnixTimeMilliseconds()} WHERE until IS NULL AND person_id IN (SELECT person_id FROM roster_leavers)", ct);
        await ExecuteAsync("DROP TABLE roster_leavers", ct);
    }

    private static ValueTask AddAsync(BulkInsert people, int id, PersonState state, CancellationToken ct)
        => people.AddAsync(ct, id, state.Name, state.NameKey, state.BirthDate, state.MemberNumber, state.RosterId, state.PhoneSealed, state.PhoneLast4);

    private async Task ExecuteAsync(string sql, CancellationToken ct)
    {
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync(ct);
    }
}
