using Bot.Core.Data;
using Bot.Core.Roster;

namespace Bot.Core.Staff;

/// <summary>What can be taken out of the console as a file.</summary>
public enum ExportKind
{
    /// <summary>Figures of a subtree: counts.</summary>
    Figures,

    /// <summary>The ledger of a subtree: counts.</summary>
    Ledger,

    /// <summary>Names of who has not studied; the own secretary's alone.</summary>
    Unstudied,

    /// <summary>Person by period; the own secretary's alone.</summary>
    Matrix,

    /// <summary>People of one organisation itself: its own secretary's, and with a reason those who keep the roster above it.</summary>
    Roster,

    /// <summary>Figures of one organisation over several periods: counts.</summary>
    History,
}

/// <param name="Columns">Keys of what was chosen.</param>
/// <param name="Rows">How many; none of their content.</param>
public sealed record Exported(ExportKind Kind, int OrganisationId, string? Period, IReadOnlyList<string> Columns, string? Filter, string Format, int Rows, string? Reason);

/// <summary>Who may take what out, and the entry that says that they did. Above the branch counts, no names.</summary>
public sealed class Exports(BotDb db, OrganisationTree tree, TimeProvider clock)
{
    public static readonly Refusal ReasonNeeded = new(RefusalKind.Invalid, "export.reason-needed", "Names for those above, and phones for anybody, need a reason of 2 to 200 characters.");
    public static readonly Refusal NothingChosen = new(RefusalKind.Invalid, "export.no-columns", "No column was chosen.");

    public const int MaxReason = 200;

    private const int MinReason = 2;

    /// <summary>False also for what does not exist for this viewer.</summary>
    public async Task<bool> MayAsync(Viewer viewer, ExportKind kind, int organisationId, CancellationToken ct)
        => kind switch
        {
            ExportKind.Unstudied or ExportKind.Matrix => viewer.IsOwnSecretaryOf(organisationId),
            ExportKind.Roster => viewer.IsOwnSecretaryOf(organisationId) || await KeepsRosterOfAsync(viewer, organisationId, ct),
            _ => true,
        };

    /// <summary>Whether a reason must be given before anything leaves the console.</summary>
    public static bool NeedsReason(Viewer viewer, ExportKind kind, int organisationId, bool withPhone)
        => withPhone || (kind == ExportKind.Roster && !viewer.IsOwnSecretaryOf(organisationId));

    /// <summary>To be asked before a file is made; whoever may not at all gets the refusal for what does not exist.</summary>
    public async Task<Result<string?>> CheckAsync(Viewer viewer, ExportKind kind, int organisationId, bool withPhone, string? reason, CancellationToken ct)
    {
        if (!await MayAsync(viewer, kind, organisationId, ct))
        {
            return StaffScope.NotFound;
        }

        if (!NeedsReason(viewer, kind, organisationId, withPhone))
        {
            return default(string);
        }

        var given = reason?.Trim() ?? "";
        return given.Length is >= MinReason and <= MaxReason ? given : ReasonNeeded;
    }

    /// <summary>Before the first byte goes out: what is not logged does not leave.</summary>
    public async Task LogAsync(Viewer viewer, Exported export, CancellationToken ct)
    {
        var subject = FormattableString.Invariant($"organisation:{export.OrganisationId} period:{export.Period ?? "-"} columns:{string.Join(',', export.Columns)} filter:{export.Filter ?? "-"} format:{export.Format} rows:{export.Rows}");
        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = "export." + Word(export.Kind), Subject = subject, Reason = export.Reason, OrganisationId = export.OrganisationId });
        await db.SaveChangesAsync(ct);
    }

    /// <summary>As in addresses and audit entries.</summary>
    public static string Word(ExportKind kind) => kind.ToString().ToLowerInvariant();

    private async Task<bool> KeepsRosterOfAsync(Viewer viewer, int organisationId, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return viewer.Login is not null && viewer.TrayTops.Any(top => all.IsUnder(organisationId, top));
    }
}
