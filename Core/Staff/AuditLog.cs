using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <param name="From">First day in China.</param>
/// <param name="To">Last day in China.</param>
/// <param name="Actor">Exactly as in entries; null for all.</param>
/// <param name="Actions">Null for all.</param>
/// <param name="Organisations">Ids of tops of subtrees; null for all.</param>
public sealed record AuditFilter(DateOnly From, DateOnly To, string? Actor, IReadOnlyCollection<string>? Actions, IReadOnlyCollection<int>? Organisations);

/// <param name="Organisation">Path; null where an entry has none.</param>
/// <param name="Reason">Null also where it is none of the viewer's business, see <see cref="AuditLog.ShowsReason"/>.</param>
/// <param name="Sealed">Position and hash as <c>audit verify --end</c> takes them; null until it is sealed.</param>
public sealed record AuditLine(long Id, DateTimeOffset At, string Actor, string Action, string Subject, string? Organisation, string? Reason, bool HidesReason, string? Sealed);

/// <param name="Lines">All of them, read while they are asked for, once.</param>
public sealed record AuditExport(int Count, IEnumerable<AuditLine> Lines);

/// <summary>
/// Who reads the log: administrators and duty supervisors, each what names an organisation of their subtrees; what names none is for those
/// of a root. Taking it out as a file is an entry of its own.
/// </summary>
public sealed class AuditLog(BotDb db, AuditChain chain, OrganisationTree tree, TimeProvider clock)
{
    /// <summary>Of a file, at once: a slow reader holds neither a connection nor a million rows.</summary>
    public const int Batch = 2000;

    /// <summary>Days that can be asked for, as on the calendar.</summary>
    public static readonly DateOnly FirstDay = new(2000, 1, 1);
    public static readonly DateOnly LastDay = new(2199, 12, 31);

    /// <summary>Reasons for what is done to one person may tell of that person, so they stay with those who decide about it.</summary>
    private static readonly string[] PrivateReasons = ["exemption.", "figure."];

    public static bool May(Viewer viewer) => viewer.AuditTops.Count > 0;

    /// <summary>False where what was typed, or chosen, may tell of a person.</summary>
    public static bool ShowsReason(string action) => !PrivateReasons.Any(p => action.StartsWith(p, StringComparison.Ordinal));

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<AuditLine>> ReadAsync(Viewer viewer, AuditFilter filter, int rows, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        var entries = await Seen(viewer, filter, all).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(rows).ToListAsync(ct);
        return [.. entries.Select(a => Line(a, all))];
    }

    /// <summary>All rows of a file, newest first; noted before they are given. What waits is sealed first, so that each can be held against the chain.</summary>
    public async Task<AuditExport> ExportAsync(Viewer viewer, AuditFilter filter, string format, CancellationToken ct)
    {
        await chain.SealAsync(ct);
        var all = await tree.AllAsync(ct);
        var last = await db.AuditEntries.MaxAsync(a => (long?)a.Id, ct) ?? 0;
        var entries = Seen(viewer, filter, all).Where(a => a.Id <= last);
        var count = await entries.CountAsync(ct);
        var chosen = string.Join('+', new[] { filter.Actor is null ? null : "actor", filter.Actions is null ? null : "action", filter.Organisations is null ? null : "organisation" }.OfType<string>());
        db.Add(new AuditEntry
        {
            At = clock.GetUtcNow(),
            Actor = viewer.Actor,
            Action = "export.audit",
            Subject = FormattableString.Invariant($"period:{filter.From:yyyy-MM-dd}..{filter.To:yyyy-MM-dd} filter:{(chosen.Length == 0 ? "-" : chosen)} format:{format} rows:{count}"),
            OrganisationId = viewer.AuditTops is [var only] ? only : null,
        });
        await db.SaveChangesAsync(ct);
        return new AuditExport(count, Lines(entries, all));
    }

    private static IEnumerable<AuditLine> Lines(IQueryable<AuditEntry> entries, TreeSnapshot all)
    {
        var rest = entries;
        while (true)
        {
            var some = rest.OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(Batch).ToList();
            foreach (var entry in some)
            {
                yield return Line(entry, all);
            }

            if (some.Count < Batch)
            {
                yield break;
            }

            var (at, id) = (some[^1].At, some[^1].Id);
            rest = entries.Where(a => a.At < at || (a.At == at && a.Id < id));
        }
    }

    private static AuditLine Line(AuditEntry a, TreeSnapshot all) => new(
        a.Id, a.At, a.Actor, a.Action, a.Subject, a.OrganisationId is { } id ? all.PathOf(id) : null, ShowsReason(a.Action) ? a.Reason : null,
        a.Reason is not null && !ShowsReason(a.Action), a is { Position: { } position, Hash: { } hash } ? AuditChain.Text(position, hash) : null);

    private IQueryable<AuditEntry> Seen(Viewer viewer, AuditFilter filter, TreeSnapshot all)
    {
        var tops = viewer.AuditTops;
        var hasRoot = tops.Any(top => all.Find(top) is { ParentId: null });
        var (from, until) = (ChinaTime.StartOf(filter.From), ChinaTime.StartOf(filter.To.AddDays(1)));
        var entries = db.AuditEntries.AsNoTracking().Where(a => a.At >= from && a.At < until
            && ((a.OrganisationId == null && hasRoot) || db.OrganisationAncestors.Any(o => o.OrganisationId == a.OrganisationId && tops.Contains(o.AncestorId))));
        if (filter.Actor is { } actor)
        {
            entries = entries.Where(a => a.Actor == actor);
        }

        if (filter.Actions is { } actions)
        {
            entries = entries.Where(a => actions.Contains(a.Action));
        }

        return filter.Organisations is not { } within ? entries
            : entries.Where(a => db.OrganisationAncestors.Any(o => o.OrganisationId == a.OrganisationId && within.Contains(o.AncestorId)));
    }
}
