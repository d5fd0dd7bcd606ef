using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Somebody changed the roster between reading and committing: what was compared does not hold any more.</summary>
internal sealed class StaleRosterException() : Exception("The roster was changed meanwhile.");

/// <summary>
/// The one transaction that makes an import visible: what is written ahead appears, people who are there already change, and counters and
/// completions of open lessons follow. It alone keeps others waiting, so it only does what was prepared.
/// </summary>
internal sealed class RosterCommit(RosterStage stage, RosterTree tree, RosterPlan plan, RosterAges ages, Standings standings, int runId, DateTimeOffset now)
{
    private readonly string _now = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <param name="by">For the audit entry.</param>
    /// <param name="since">Of the memberships that were written ahead; 0 for a first roster.</param>
    /// <returns>
    /// False when a lesson has closed since then, or somebody else has come to be the first on a roster: they would change figures that may
    /// be frozen and have to begin later.
    /// </returns>
    public async Task<bool> RunAsync(string by, long since, CancellationToken ct)
    {
        await using var db = await stage.ContextAsync(ct);
        await MemberNumbers.HoldAsync(db, ct);
        if (since == 0 ? await IsSecondAsync(ct) : await db.Lessons.AnyAsync(l => l.ClosesAt > DateTimeOffset.FromUnixTimeMilliseconds(since) && l.ClosesAt <= now, ct))
        {
            return false;
        }

        // What has nothing to do with people comes first: from the lock on nobody's completion is stored.
        await RosterImport.StillWritesAsync(stage, runId, ct);
        await stage.ExecuteAsync(
            $"""
            UPDATE roster_imports SET committed_at = {_now}, heartbeat = {_now}, state = {(int)ImportState.Committed}, organisations_new = {tree.New.Count},
                organisations_changed = {tree.Changed.Count}, people_new = {plan.New}, people_changed = {plan.Changed}, people_unchanged = {plan.Unchanged},
                people_moved = {plan.Moved}, people_erased = {plan.Erased}, ambiguous = {plan.Ambiguous}, preview_sealed = NULL WHERE id = {runId}
            """,
            ct);
        await ChangeOrganisationsAsync(db, ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO roster_doubts (import_id, line, organisation_id, reason, row_sealed, row_mark, at)
            SELECT {runId}, a.line, t.target, a.code, a.row_sealed, a.row_mark, {_now} FROM roster_asked a JOIN roster_paths t ON t.path = a.path WHERE true
            ON CONFLICT (organisation_id, row_mark) DO NOTHING
            """,
            ct);
        await LockAsync(db, ct);
        await VerifyAsync(ct);
        await ChangePeopleAsync(ct);
        await OvertakenTransfers.EndAsync(db, "roster", by, now, null, ct);
        await CountHeadsAsync(ct);
        var standing = await ages.StoreAsync(ct);
        await (tree.HasNoRoot ? standings.RefreshAllAsync(db, ct) : standings.RefreshListedAsync(db, standing, ct));
        if (plan.Changed > 0)
        {
            await BirthdayLook.AgainAsync(db, ct); // somebody may be younger than was thought
        }

        var run = await db.RosterImports.AsNoTracking().Include(i => i.Tops).FirstAsync(i => i.Id == runId, ct);
        db.Add(new AuditEntry { At = now, Actor = by, Action = "roster.imported", Subject = $"import:{runId}", OrganisationId = run.OnlyTop });
        await db.SaveChangesAsync(ct);
        return true;
    }

    /// <summary>Brings what the commit will touch into the database's cache before the lock is taken.</summary>
    public static async Task WarmAsync(RosterStage stage, CancellationToken ct)
    {
        string By(string index) => stage.IsSqlite ? "INDEXED BY " + index : "";
        await stage.NumberAsync(
            $"""
            SELECT SUM(m.id + LENGTH(p.name) + (SELECT COUNT(*) FROM memberships n {By("ix_memberships_person_id_since")} WHERE n.person_id = p.id)
                + (SELECT COUNT(*) FROM memberships n {By("ix_memberships_organisation_id")} WHERE n.organisation_id = c.from_id AND n.id = m.id)
                + (SELECT COUNT(*) FROM memberships n {By("ix_memberships_organisation_id")} WHERE n.organisation_id = t.target AND n.id = m.id)
                + (SELECT COUNT(*) FROM completions x WHERE x.person_id = p.id))
            FROM roster_changes c CROSS JOIN roster_rows r CROSS JOIN roster_paths t CROSS JOIN people p CROSS JOIN memberships m
            WHERE r.line = c.line AND t.path = r.path AND p.id = c.person_id AND m.person_id = p.id AND m.until IS NULL
            """,
            ct);
    }

    /// <summary>Somebody is on a roster who is none of those written ahead; while it is asked nobody is added by hand.</summary>
    private async Task<bool> IsSecondAsync(CancellationToken ct)
    {
        var first = await stage.NumberAsync($"SELECT first_membership FROM roster_imports WHERE id = {runId}", ct);
        return await stage.NumberAsync(
            $"SELECT CASE WHEN EXISTS (SELECT 1 FROM memberships WHERE id < {first}) OR EXISTS (SELECT 1 FROM memberships WHERE id >= {first + plan.New}) THEN 1 ELSE 0 END", ct) == 1;
    }

    /// <summary>Completions lock their lesson, then their person; this transaction changes people, so it must come by the same way.</summary>
    private async Task LockAsync(BotDb db, CancellationToken ct)
    {
        foreach (var id in await db.Lessons.Where(l => l.ClosesAt > now && l.State == LessonState.Published).OrderBy(l => l.Id).Select(l => l.Id).ToListAsync(ct))
        {
            await Tallies.LockLessonAsync(db, id, ct);
        }

        // An exemption by age may begin before a closing.
        await Tallies.HoldSealsAsync(db, now, ct);
        if (!stage.IsSqlite)
        {
            await stage.ExecuteAsync("SELECT id FROM people WHERE id IN (SELECT person_id FROM roster_changes) ORDER BY id FOR UPDATE", ct);
        }
    }

    /// <exception cref="StaleRosterException">A person to be changed is not as found, or one who was added meanwhile may be one of the new.</exception>
    private async Task VerifyAsync(CancellationToken ct)
    {
        var changed = await stage.NumberAsync(
            $"""
            SELECT COUNT(*) FROM roster_changes c CROSS JOIN people p LEFT JOIN memberships m ON m.person_id = p.id AND m.until IS NULL
            WHERE p.id = c.person_id AND ({stage.Differ("m.id", "c.membership_id")} OR {stage.Differ("m.category", "c.was")} OR {stage.Differ("m.duty", "c.had")}
                OR (CASE WHEN p.erased_at IS NULL THEN 0 ELSE 1 END) <> c.erased)
            """,
            ct);
        var first = plan.New == 0 ? int.MaxValue : await stage.NumberAsync($"SELECT first_membership FROM roster_imports WHERE id = {runId}", ct);
        var later = $"{plan.IsLater} AND (m.id < {first} OR m.id >= {first + plan.New})";
        var added = plan.New == 0 ? 0 : await stage.NumberAsync($"SELECT 1 FROM memberships m WHERE {later} LIMIT 1", ct);
        var like = added == 0 ? 0 : await stage.NumberAsync(
            $"""
            SELECT COUNT(*) FROM memberships m JOIN people p ON p.id = m.person_id JOIN roster_rows r ON r.name_key = p.name_key
                JOIN roster_new n ON n.line = r.line JOIN roster_paths t ON t.path = r.path AND t.target = m.organisation_id
            WHERE {later}
            """,
            ct);
        if (changed + like + await NumbersGivenAsync(ct) > 0)
        {
            throw new StaleRosterException();
        }
    }

    /// <summary>How many of the numbers that this would write somebody else was given by hand since the rows were compared.</summary>
    private async Task<long> NumbersGivenAsync(CancellationToken ct)
    {
        var since = (now - MemberNumbers.Remembered).ToUnixTimeMilliseconds();
        var own = plan.New == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $"AND NOT EXISTS (SELECT 1 FROM roster_imports i WHERE i.id = {runId} AND h.id >= i.first_person AND h.id < i.first_person + {plan.New})");
        var given = $"people h WHERE h.number_set_at IS NOT NULL AND h.number_set_at >= {since.ToString(CultureInfo.InvariantCulture)} AND h.member_number IS NOT NULL {own}";

        // Hardly ever anybody: the file's rows, which no index knows by number, are not looked through for nothing.
        return await stage.NumberAsync($"SELECT 1 FROM {given} LIMIT 1", ct) == 0 ? 0 : await stage.NumberAsync(
            $"""
            SELECT COUNT(*) FROM (SELECT h.id, h.member_number FROM {given}) h CROSS JOIN roster_rows r
            WHERE r.member_number = h.member_number
                AND (EXISTS (SELECT 1 FROM roster_new n WHERE n.line = r.line)
                    OR EXISTS (SELECT 1 FROM roster_changes c CROSS JOIN people p
                        WHERE c.line = r.line AND c.edited = 1 AND p.id = c.person_id AND p.id <> h.id AND {stage.Differ("p.member_number", "r.member_number")}))
            """,
            ct);
    }

    private async Task ChangeOrganisationsAsync(BotDb db, CancellationToken ct)
    {
        foreach (var kind in tree.Changed.GroupBy(c => c.Kind, c => c.Id))
        {
            foreach (var ids in kind.Chunk(1000))
            {
                await stage.ExecuteAsync($"UPDATE organisations SET kind = {(int)kind.Key} WHERE id IN ({string.Join(',', ids)})", ct);
            }
        }

        if (!tree.IsUnchanged)
        {
            await OrganisationTree.TouchAsync(db, ct);
        }
    }

    private async Task ChangePeopleAsync(CancellationToken ct)
    {
        if (plan.Changed == 0)
        {
            return;
        }

        await stage.ExecuteAsync(
            """
            UPDATE people SET name = r.name, name_key = r.name_key, birth_date = COALESCE(r.birth_date, people.birth_date),
                member_number = COALESCE(r.member_number, people.member_number), roster_id = COALESCE(r.roster_id, people.roster_id),
                phone_sealed = CASE WHEN c.phoned = 1 THEN r.phone ELSE people.phone_sealed END, phone_last4 = CASE WHEN c.phoned = 1 THEN r.last4 ELSE people.phone_last4 END
            FROM roster_changes c CROSS JOIN roster_rows r WHERE people.id = c.person_id AND r.line = c.line AND c.edited = 1
            """,
            ct);
        await stage.ExecuteAsync("UPDATE memberships SET duty = c.duty FROM roster_changes c WHERE memberships.id = c.membership_id AND c.transferred = 0", ct);
        await stage.ExecuteAsync($"UPDATE memberships SET until = CASE WHEN since > {_now} THEN since ELSE {_now} END FROM roster_changes c WHERE memberships.id = c.membership_id AND c.transferred = 1", ct);
        await stage.ExecuteAsync(
            $"""
            INSERT INTO memberships (person_id, organisation_id, category, duty, since)
            SELECT c.person_id, t.target, r.category, c.duty, m.until FROM roster_changes c CROSS JOIN roster_rows r CROSS JOIN roster_paths t CROSS JOIN memberships m
            WHERE m.id = c.membership_id AND r.line = c.line AND t.path = r.path AND c.transferred = 1
            """,
            ct);

        // Somebody who does not count on the roster is a visitor of the branch whose code was used: as in MemberMoves, that moves, too.
        await stage.ExecuteAsync(
            """
            UPDATE accounts SET join_organisation_id = t.target FROM roster_changes c CROSS JOIN roster_rows r CROSS JOIN roster_paths t
            WHERE r.line = c.line AND t.path = r.path AND c.moved = 1 AND accounts.person_id = c.person_id AND accounts.join_organisation_id = c.from_id
            """,
            ct);

        // As there, too: from the requests, of which few are open, to their people.
        await stage.ExecuteAsync(
            """
            UPDATE correction_requests SET organisation_id = (SELECT t.target FROM accounts a CROSS JOIN roster_changes c CROSS JOIN roster_rows r CROSS JOIN roster_paths t
                WHERE a.id = correction_requests.account_id AND c.person_id = a.person_id AND r.line = c.line AND t.path = r.path)
            WHERE decided_at IS NULL AND EXISTS (SELECT 1 FROM accounts a CROSS JOIN roster_changes c
                WHERE a.id = correction_requests.account_id AND c.person_id = a.person_id AND c.moved = 1)
            """,
            ct);
    }

    /// <summary>Nobody who is new is exempt yet; <see cref="RosterAges"/> comes afterwards.</summary>
    private async Task CountHeadsAsync(CancellationToken ct)
    {
        var member = (int)PersonCategory.Member;
        const string Exempt = "CASE WHEN EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = c.person_id AND e.until IS NULL) THEN 1 ELSE 0 END";
        await stage.ExecuteAsync(
            $"""
            INSERT INTO headcounts (organisation_id, members, exempt)
            SELECT organisation_id, SUM(members), SUM(exempt) FROM (
                SELECT organisation_id, members, 0 AS exempt FROM roster_heads
                UNION ALL SELECT c.from_id, -1, -{Exempt} FROM roster_changes c WHERE c.transferred = 1 AND c.was = {member}
                UNION ALL SELECT t.target, 1, {Exempt} FROM roster_changes c CROSS JOIN roster_rows r CROSS JOIN roster_paths t
                    WHERE r.line = c.line AND t.path = r.path AND c.transferred = 1 AND r.category = {member}) x
            WHERE true GROUP BY organisation_id ORDER BY organisation_id
            ON CONFLICT (organisation_id) DO UPDATE SET members = headcounts.members + excluded.members, exempt = headcounts.exempt + excluded.exempt
            """,
            ct);
    }
}
