using System.Globalization;

namespace Bot.Core.Roster;

/// <summary>
/// Writes the new organisations, people and memberships of an import ahead, in short transactions under ids kept for them. They carry the
/// import's id and are invisible until <see cref="RosterCommit"/>.
/// </summary>
internal sealed class RosterAhead(RosterStage stage, RosterTree tree, RosterPlan plan, int runId, Pace pace)
{
    private int _firstOrganisation;
    private int _firstPerson;
    private int _firstMembership;

    /// <param name="since">Of the new memberships, milliseconds since 1970 UTC.</param>
    /// <param name="progress">0 to 1, before and after every piece.</param>
    public async Task RunAsync(long since, Action<double> progress, CancellationToken ct)
    {
        await pace.WriteAsync(() => KeepIdsAsync(ct), ct);
        progress(0);
        if (tree.New.Count > 0)
        {
            await PrepareOrganisationsAsync(ct);
            await InPiecesAsync(tree.New.Count, WriteOrganisationsAsync, at => progress(0.05 * at), ct);
            var ancestors = (int)await stage.NumberAsync("SELECT COUNT(*) FROM roster_above", ct);
            await InPiecesAsync(ancestors, WriteAncestorsAsync, at => progress(0.05 + (0.05 * at)), ct);
            await stage.ExecuteAsync("UPDATE roster_paths SET target = (SELECT u.id FROM roster_units u WHERE u.path = roster_paths.target) WHERE target < 0", ct);
        }

        await stage.ByKeyAsync(on: true, ct);
        await InPiecesAsync(plan.New, (from, to) => WritePeopleAsync(from, to, since, ct), at => progress(0.1 + (0.9 * at)), ct);
        await stage.ByKeyAsync(on: false, ct);
        await stage.ExecuteAsync("DROP TABLE IF EXISTS roster_heads", ct);
        await stage.ExecuteAsync(
            $"""
            CREATE TEMP TABLE roster_heads AS SELECT t.target AS organisation_id, COUNT(*) AS members
            FROM roster_new n CROSS JOIN roster_rows r CROSS JOIN roster_paths t
            WHERE r.line = n.line AND t.path = r.path AND r.category = {(int)PersonCategory.Member} GROUP BY t.target
            """,
            ct);
        await stage.AnalyseAsync("roster_heads", ct);
    }

    /// <summary>Nothing of these rows is visible, so they may be changed again: a lesson closed since they were written.</summary>
    public Task MoveSinceAsync(long since, CancellationToken ct)
        => InPiecesAsync(plan.New, (from, to) => stage.ExecuteAsync(
            $"UPDATE memberships SET since = {Text(since)} WHERE id >= {_firstMembership + from} AND id < {_firstMembership + to}", ct), _ => { }, ct);

    /// <summary>After the commit: takes the mark of the import off its rows, which then are like all others; nobody need look at them again.</summary>
    public async Task TidyAsync(Action<double> progress, CancellationToken ct)
    {
        await InPiecesAsync(plan.New, (from, to) => stage.ExecuteAsync(
            $"UPDATE memberships SET import_id = NULL WHERE id >= {_firstMembership + from} AND id < {_firstMembership + to} AND import_id = {runId}", ct), progress, ct);
        await InPiecesAsync(tree.New.Count, (from, to) => stage.ExecuteAsync(
            $"UPDATE organisations SET import_id = NULL WHERE id >= {_firstOrganisation + from} AND id < {_firstOrganisation + to} AND import_id = {runId}", ct), _ => { }, ct);
        await stage.ExecuteAsync($"UPDATE roster_imports SET person_ids = 0, organisation_ids = 0 WHERE id = {runId}", ct);
    }

    /// <summary>The ids are on record before the first row is written with them.</summary>
    private async Task KeepIdsAsync(CancellationToken ct)
    {
        _firstOrganisation = await KeepAsync("organisations", tree.New.Count, ct);
        _firstPerson = await KeepAsync("people", plan.New, ct);
        _firstMembership = await KeepAsync("memberships", plan.New, ct);
        await RosterImport.StillWritesAsync(stage, runId, ct);
        await stage.ExecuteAsync(
            $"""
            UPDATE roster_imports SET first_organisation = {_firstOrganisation}, organisation_ids = {tree.New.Count},
                first_person = {_firstPerson}, first_membership = {_firstMembership}, person_ids = {plan.New} WHERE id = {runId}
            """,
            ct);
    }

    /// <returns>The first of so many ids that nobody else will use.</returns>
    private async Task<int> KeepAsync(string table, int count, CancellationToken ct)
    {
        if (count == 0)
        {
            return 0;
        }

        if (stage.IsSqlite)
        {
            await stage.ExecuteAsync($"INSERT INTO sqlite_sequence (name, seq) SELECT '{table}', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{table}')", ct);
            await stage.ExecuteAsync($"UPDATE sqlite_sequence SET seq = seq + {count} WHERE name = '{table}'", ct);
            return checked((int)await stage.NumberAsync($"SELECT seq FROM sqlite_sequence WHERE name = '{table}'", ct) - count + 1);
        }

        // ALTER SEQUENCE keeps others from taking an id in between until this transaction ends.
        var sequence = (await stage.ReadAsync($"SELECT pg_get_serial_sequence('{table}', 'id')", row => row.GetString(0), ct))[0];
        await stage.NumberAsync($"SELECT nextval('{sequence}')", ct);
        await stage.ExecuteAsync($"ALTER SEQUENCE {sequence} INCREMENT BY {count}", ct);
        var last = await stage.NumberAsync($"SELECT nextval('{sequence}')", ct);
        await stage.ExecuteAsync($"ALTER SEQUENCE {sequence} INCREMENT BY 1", ct);
        return checked((int)last - count + 1);
    }

    private async Task PrepareOrganisationsAsync(CancellationToken ct)
    {
        await stage.ExecuteAsync("DROP TABLE IF EXISTS roster_units", ct);
        await stage.ExecuteAsync("DROP TABLE IF EXISTS roster_above", ct);
        await stage.ExecuteAsync(
            "CREATE TEMP TABLE roster_units (n INTEGER NOT NULL PRIMARY KEY, path INTEGER NOT NULL, id INTEGER NOT NULL, parent_id INTEGER, name TEXT NOT NULL, name_key TEXT NOT NULL, kind INTEGER NOT NULL, join_code TEXT NOT NULL)", ct);
        await stage.ExecuteAsync("CREATE TEMP TABLE roster_above (n INTEGER NOT NULL PRIMARY KEY, organisation_id INTEGER NOT NULL, ancestor_id INTEGER NOT NULL, distance INTEGER NOT NULL)", ct);
        var ids = tree.New.Select((told, n) => (Target: -1 - told.Index, Id: _firstOrganisation + n)).ToDictionary(u => u.Target, u => u.Id);
        await stage.InTransactionAsync(temporary: true, () =>
        {
            WriteUnits(ids);
            return Task.CompletedTask;
        }, ct);

        // Above a stored parent stands whatever stands above that; a new parent's own line is written by the file's order.
        await WriteLinesAsync(ids, ct);
        await stage.ExecuteAsync("CREATE UNIQUE INDEX roster_units_path ON roster_units (path)", ct);
    }

    private void WriteUnits(Dictionary<int, int> ids)
    {
        using var sink = stage.Sink("roster_units", "n", "path", "id", "parent_id", "name", "name_key", "kind", "join_code");
        var n = 0;
        foreach (var told in tree.New)
        {
            sink.Write(n++);
            sink.Write(-1 - told.Index);
            sink.Write(ids[-1 - told.Index]);
            sink.Write(Parent(told, ids));
            sink.Write(told.Name);
            sink.Write(told.NameKey);
            sink.Write((int)told.KindIfNew);
            sink.Write(tree.NewCode());
            sink.EndRow();
        }

        sink.Complete();
    }

    private async Task WriteLinesAsync(Dictionary<int, int> ids, CancellationToken ct)
    {
        var stored = tree.New.Select(told => Parent(told, ids)).OfType<int>().Where(id => id < _firstOrganisation).Distinct().ToHashSet();
        var above = (stored.Count == 0 ? [] : await stage.ReadAsync("SELECT organisation_id, ancestor_id, distance FROM organisation_ancestors", row => (Id: row.GetInt32(0), Ancestor: row.GetInt32(1), Distance: row.GetInt32(2)), ct))
            .Where(a => stored.Contains(a.Id)).ToLookup(a => a.Id, a => (a.Ancestor, a.Distance));
        var lines = new Dictionary<int, List<int>>();
        await stage.InTransactionAsync(temporary: true, () =>
        {
            using var sink = stage.Sink("roster_above", "n", "organisation_id", "ancestor_id", "distance");
            var n = 0;
            foreach (var told in tree.New)
            {
                var id = ids[-1 - told.Index];
                List<int> line = [id];
                if (Parent(told, ids) is { } parent)
                {
                    line.AddRange(lines.TryGetValue(parent, out var known) ? known : above[parent].OrderBy(a => a.Distance).Select(a => a.Ancestor));
                }

                lines.Add(id, line);
                for (var distance = 0; distance < line.Count; distance++)
                {
                    sink.Write(n++);
                    sink.Write(id);
                    sink.Write(line[distance]);
                    sink.Write(distance);
                    sink.EndRow();
                }
            }

            sink.Complete();
            return Task.CompletedTask;
        }, ct);
    }

    private int? Parent(RosterOrganisation told, Dictionary<int, int> ids)
    {
        if (told.Parent is null)
        {
            return null;
        }

        var target = tree.Targets[told.Parent.Index];
        return target > 0 ? target : ids[target];
    }

    private Task WriteOrganisationsAsync(int from, int to) => stage.ExecuteAsync(
        $"""
        INSERT INTO organisations (id, parent_id, name, name_key, kind, join_code, import_id)
        SELECT id, parent_id, name, name_key, kind, join_code, {runId} FROM roster_units WHERE n >= {from} AND n < {to} ORDER BY n
        """,
        CancellationToken.None);

    private Task WriteAncestorsAsync(int from, int to) => stage.ExecuteAsync(
        $"INSERT INTO organisation_ancestors (organisation_id, ancestor_id, distance) SELECT organisation_id, ancestor_id, distance FROM roster_above WHERE n >= {from} AND n < {to}",
        CancellationToken.None);

    private async Task WritePeopleAsync(int from, int to, long since, CancellationToken ct)
    {
        var rows = $"FROM roster_new n CROSS JOIN roster_rows r CROSS JOIN roster_paths t WHERE n.n > {from} AND n.n <= {to} AND r.line = n.line AND t.path = r.path";
        await stage.ExecuteAsync(
            $"""
            INSERT INTO people (id, name, name_key, birth_date, member_number, roster_id, phone_sealed, phone_last4)
            SELECT {_firstPerson - 1} + n.n, r.name, r.name_key, r.birth_date, r.member_number, r.roster_id, r.phone, r.last4 {rows}
            """,
            ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO memberships (id, person_id, organisation_id, category, duty, since, import_id)
            SELECT {_firstMembership - 1} + n.n, {_firstPerson - 1} + n.n, t.target, r.category, r.duty, {Text(since)}, {runId} {rows}
            """,
            ct);
    }

    private async Task InPiecesAsync(int count, Func<int, int, Task> piece, Action<double> progress, CancellationToken ct)
    {
        for (var from = 0; from < count;)
        {
            progress((double)from / count);
            var to = Math.Min(count, from + pace.Rows);
            await pace.WriteAsync(
                async () =>
                {
                    await RosterImport.StillWritesAsync(stage, runId, ct);
                    await piece(from, to);
                },
                ct);
            from = to;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
