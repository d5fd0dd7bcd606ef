using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Staff;

/// <summary>Who looks at the console, and of which organisations' subtrees.</summary>
/// <param name="Actor">For audit entries and decisions: a login, or <c>secretary:</c> and a person's id.</param>
/// <param name="Login">Null for a secretary, who has none.</param>
/// <param name="Tops">Organisations whose subtrees may be seen; none lies in another's.</param>
/// <param name="TrayTops">Those for whose requests the viewer answers, see <see cref="Tray"/>; one may lie in another's subtree.</param>
public sealed record Viewer(string Actor, string? Login, IReadOnlyList<int> Tops, IReadOnlyList<int> TrayTops)
{
    /// <summary>True for a branch's secretary who came in from the chat: nobody else sees who has studied and who has not, by name.</summary>
    public bool IsOwnSecretaryOf(int organisationId) => Login is null && Tops.Contains(organisationId);

    /// <summary>Those within whose subtrees the viewer may rename, move, merge, split and close organisations.</summary>
    public IReadOnlyList<int> ReorganiseTops { get; init; } = [];

    /// <summary>Those in whose subtrees the viewer helps where a secretary is stuck, see <see cref="Lessons.AppealSupport"/>.</summary>
    public IReadOnlyList<int> SupportTops { get; init; } = [];

    /// <summary>Those in whose subtrees the viewer invites colleagues, and gives and takes roles, see <see cref="Colleagues"/>.</summary>
    public IReadOnlyList<int> StaffTops { get; init; } = [];

    /// <summary>Those of whose subtrees the viewer reads the audit, see <see cref="AuditLog"/>.</summary>
    public IReadOnlyList<int> AuditTops { get; init; } = [];

    /// <summary>Those in whose subtrees the viewer writes pieces, see <see cref="Calendar.PieceRights"/>.</summary>
    public IReadOnlyList<int> WriteTops { get; init; } = [];

    /// <summary>Those in whose subtrees the viewer approves or declines what others wrote.</summary>
    public IReadOnlyList<int> DecideTops { get; init; } = [];

    /// <summary>Those of whose subtrees the viewer sees the calendar.</summary>
    public IReadOnlyList<int> CalendarTops { get; init; } = [];

    /// <summary>True for an administrator of a root: nobody else touches what runs for the whole installation.</summary>
    public bool RunsJobs { get; init; }

    /// <summary>Of the account; null for a secretary.</summary>
    public int? StaffId { get; init; }

    /// <summary>In WeChat, of a secretary who came in from the chat; null for everybody else.</summary>
    public int? AccountId { get; init; }

    /// <summary>The <see cref="StaffSession"/> that asks; null for a secretary.</summary>
    public long? SessionId { get; init; }

    /// <summary>True for an editor of a root: what the bot says is said to everybody.</summary>
    public bool EditsReplies { get; init; }

    /// <summary>True for an approver of a root.</summary>
    public bool ApprovesReplies { get; init; }

    /// <summary>Those within whose subtrees the viewer may import a roster: it makes organisations, too, so it takes the same right.</summary>
    public IReadOnlyList<int> ImportTops => ReorganiseTops;
}

/// <param name="Top">The highest organisation on the way there that the viewer may see.</param>
/// <param name="Way">From <paramref name="Top"/> down to the organisation, both included.</param>
public sealed record Seen(TreeSnapshot Tree, TreeNode Organisation, TreeNode Top, IReadOnlyList<TreeNode> Way);

/// <summary>A colleague's session as the browser names it: it counts with this stamp of the account and while the row of the session is there.</summary>
public readonly record struct StaffKey(int StaffId, string Stamp, long SessionId);

/// <summary>A secretary's session: it counts with this epoch of the account and while they are secretary of this organisation.</summary>
public readonly record struct SecretaryKey(int AccountId, int Epoch, int OrganisationId);

/// <summary>
/// What each may see, read afresh with every request, so that whoever leaves loses access at once. Outside of it nothing exists: the
/// refusal is the same as for an organisation that there is not.
/// </summary>
public sealed class StaffScope(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "organisation.not-found", "No such organisation in this subtree.");

    /// <returns>Null when the account has left or the session was ended.</returns>
    public async Task<Viewer?> OfStaffAsync(StaffKey session, CancellationToken ct) => (await OfStaffAsync([session], ct)).GetValueOrDefault(session);

    /// <summary>Many at once, by two statements. Those who have left, or whose sessions were ended, are not in it.</summary>
    public async Task<IReadOnlyDictionary<StaffKey, Viewer>> OfStaffAsync(IReadOnlyCollection<StaffKey> sessions, CancellationToken ct)
    {
        var since = clock.GetUtcNow() - StaffSession.Lifetime;
        var ids = sessions.Select(s => s.SessionId).ToList();
        var rows = await (
            from session in db.StaffSessions.AsNoTracking()
            where ids.Contains(session.Id) && session.BeganAt >= since
            join account in db.Users.AsNoTracking() on session.StaffId equals account.Id
            where account.LeftAt == null
            select new { Key = new StaffKey(account.Id, account.SecurityStamp ?? "", session.Id), Login = account.UserName! }).ToListAsync(ct);
        var known = rows.Where(r => sessions.Contains(r.Key)).ToList();
        if (known.Count == 0)
        {
            return new Dictionary<StaffKey, Viewer>();
        }

        var people = known.Select(k => k.Key.StaffId).Distinct().ToList();
        var assignments = (await db.StaffAssignments.AsNoTracking().Where(a => people.Contains(a.StaffId))
            .Select(a => new Assigned(a.StaffId, a.OrganisationId, a.Role)).ToListAsync(ct)).ToLookup(a => a.StaffId);
        var all = await tree.AllAsync(ct);
        return known.ToDictionary(k => k.Key, k => OfStaff(k.Key, k.Login, [.. assignments[k.Key.StaffId]], all));
    }

    /// <returns>Null when the person behind the account is not the organisation's secretary, or not any more.</returns>
    public async Task<Viewer?> OfSecretaryAsync(SecretaryKey session, CancellationToken ct) => (await OfSecretariesAsync([session], ct)).GetValueOrDefault(session);

    /// <summary>Many at once, by one statement. Those who are not the organisation's secretary, or not any more, are not in it.</summary>
    public async Task<IReadOnlyDictionary<SecretaryKey, Viewer>> OfSecretariesAsync(IReadOnlyCollection<SecretaryKey> sessions, CancellationToken ct)
    {
        var ids = sessions.Select(s => s.AccountId).Distinct().ToList();
        var rows = await (
            from account in db.Accounts.AsNoTracking()
            where ids.Contains(account.Id)
            join membership in Secretaries.Current(db) on account.PersonId equals membership.PersonId
            select new { Key = new SecretaryKey(account.Id, account.SessionEpoch, membership.OrganisationId), account.PersonId }).ToListAsync(ct);
        return rows.Where(r => sessions.Contains(r.Key)).ToDictionary(
            r => r.Key,
            r => new Viewer($"secretary:{r.PersonId}", null, [r.Key.OrganisationId], [r.Key.OrganisationId]) { AccountId = r.Key.AccountId });
    }

    /// <summary>In tree order.</summary>
    public async Task<IReadOnlyList<TreeNode>> TopsAsync(Viewer viewer, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return [.. viewer.Tops.Select(all.Find).OfType<TreeNode>().OrderBy(n => n.Index)];
    }

    public async Task<Result<Seen>> FindAsync(Viewer viewer, int organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        if (all.Find(organisationId) is not { } organisation || viewer.Tops.Where(top => all.IsUnder(organisationId, top)).Select(all.Find).FirstOrDefault() is not { } top)
        {
            return NotFound;
        }

        var way = new List<TreeNode>();
        for (var node = organisation; node is not null; node = node.Id == top.Id || node.ParentId is not { } parent ? null : all.Find(parent))
        {
            way.Insert(0, node);
        }

        return new Seen(all, organisation, top, way);
    }

    private static IReadOnlyList<int> Highest(TreeSnapshot all, IReadOnlyCollection<int> ids)
        => [.. ids.Distinct().Where(id => all.Find(id) is not null && !ids.Any(other => other != id && all.IsUnder(id, other)))];

    private static Viewer OfStaff(StaffKey session, string login, List<Assigned> assignments, TreeSnapshot all)
    {
        return new Viewer(login, login, Highest(all, [.. assignments.Select(a => a.OrganisationId)]), [.. assignments.Where(a => a.Role.KeepsRoster()).Select(a => a.OrganisationId).Distinct()])
        {
            ReorganiseTops = Tops(StaffRole.Administrator, StaffRole.CommitteeOfficer),
            StaffTops = Tops(StaffRole.Administrator),
            SupportTops = Tops(StaffRole.Administrator),
            AuditTops = Tops(StaffRole.Administrator, StaffRole.DutySupervisor),
            WriteTops = Tops(StaffRole.Editor),
            DecideTops = Tops(StaffRole.Approver),
            CalendarTops = Tops(StaffRole.Editor, StaffRole.Approver, StaffRole.Administrator),
            RunsJobs = HasAtRoot(StaffRole.Administrator),
            EditsReplies = HasAtRoot(StaffRole.Editor),
            ApprovesReplies = HasAtRoot(StaffRole.Approver),
            StaffId = session.StaffId,
            SessionId = session.SessionId,
        };

        IReadOnlyList<int> Tops(params StaffRole[] roles) => [.. assignments.Where(a => roles.Contains(a.Role)).Select(a => a.OrganisationId).Distinct()];

        bool HasAtRoot(StaffRole role) => assignments.Exists(a => a.Role == role && all.Find(a.OrganisationId) is { ParentId: null });
    }

    private sealed record Assigned(int StaffId, int OrganisationId, StaffRole Role);
}
