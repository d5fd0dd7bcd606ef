using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>What an office wants of its own area from an instant on. Rows are only added; the latest holds.</summary>
public sealed class LedgerTarget
{
    public int Id { get; private set; }

    public required int OrganisationId { get; init; }

    /// <summary><see cref="LedgerMeasure.Key"/>.</summary>
    public required string Measure { get; init; }

    /// <summary>A count, or tenths of a percent; null: no target any more.</summary>
    public required int? Value { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>Staff login.</summary>
    public required string SetBy { get; init; }
}

/// <summary>Targets that an office sets for itself: nobody above or below it does.</summary>
public sealed class LedgerTargets(BotDb db, TimeProvider clock)
{
    public static readonly Refusal UnknownMeasure = new(RefusalKind.Invalid, "ledger.measure-unknown", "No such measure.");
    public static readonly Refusal OutOfRange = new(RefusalKind.Invalid, "ledger.target-range", "A count is 0 to 10,000,000, a share 0 to 100 percent.");

    public static readonly Refusal Overtaken = new(RefusalKind.Conflict, "ledger.overtaken", "Somebody else has set targets since the page was opened.");

    public const int MaxCount = 10_000_000;
    public const int MaxShare = 1000;

    /// <summary>Those who keep the roster of this very organisation, from the console.</summary>
    public static bool MaySet(Viewer viewer, int organisationId) => viewer.Login is not null && viewer.TrayTops.Contains(organisationId);

    /// <summary>By measure; those without a target are left out.</summary>
    public async Task<IReadOnlyDictionary<string, int>> OfAsync(int organisationId, CancellationToken ct)
        => (await HistoryAsync(organisationId, ct)).GroupBy(t => t.Measure).Select(g => g.First()).Where(t => t.Value is not null).ToDictionary(t => t.Measure, t => t.Value!.Value);

    /// <summary>What holds, as one number: higher with every target that is set.</summary>
    public async Task<int> VersionAsync(int organisationId, CancellationToken ct)
        => await db.LedgerTargets.Where(t => t.OrganisationId == organisationId).MaxAsync(t => (int?)t.Id, ct) ?? 0;

    /// <summary>Latest first.</summary>
    public async Task<IReadOnlyList<LedgerTarget>> HistoryAsync(int organisationId, CancellationToken ct)
        => await db.LedgerTargets.AsNoTracking().Where(t => t.OrganisationId == organisationId).OrderByDescending(t => t.Since).ThenByDescending(t => t.Id).ToListAsync(ct);

    /// <summary>Sets all of these or none; what is as it was adds nothing.</summary>
    /// <param name="values">By measure's key; null takes a target away.</param>
    /// <param name="seen"><see cref="VersionAsync"/> when the form was opened; null for whoever has opened none.</param>
    /// <returns>How many changed; refused as not existing for whoever may not.</returns>
    public async Task<Result<int>> SetAsync(Viewer viewer, int organisationId, IReadOnlyDictionary<string, int?> values, int? seen, CancellationToken ct)
    {
        if (!MaySet(viewer, organisationId))
        {
            return StaffScope.NotFound;
        }

        if (values.Keys.Any(key => LedgerMeasure.Find(key) is null))
        {
            return UnknownMeasure;
        }

        if (values.Any(v => v.Value is { } value && (value < 0 || value > (LedgerMeasure.Find(v.Key)!.IsShare ? MaxShare : MaxCount))))
        {
            return OutOfRange;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await OpenOrganisations.HoldAloneAsync(db, organisationId, ct);
        if (seen is { } version && version != await VersionAsync(organisationId, ct))
        {
            return Overtaken;
        }

        var before = await OfAsync(organisationId, ct);
        var changed = values.Where(v => (before.TryGetValue(v.Key, out var held) ? held : default(int?)) != v.Value).ToList();
        var now = clock.GetUtcNow();
        foreach (var (key, value) in changed)
        {
            db.Add(new LedgerTarget { OrganisationId = organisationId, Measure = key, Value = value, Since = now, SetBy = viewer.Actor });
            var subject = FormattableString.Invariant($"organisation:{organisationId} measure:{key} value:{value}");
            db.Add(new AuditEntry { At = now, Actor = viewer.Actor, Action = "ledger.target-set", Subject = subject, OrganisationId = organisationId });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return changed.Count;
    }
}

internal sealed class LedgerTargetTable : IEntityTypeConfiguration<LedgerTarget>
{
    public void Configure(EntityTypeBuilder<LedgerTarget> table)
    {
        table.HasIndex(t => new { t.OrganisationId, t.Measure, t.Since });
        table.HasOne<Organisation>().WithMany().HasForeignKey(t => t.OrganisationId).OnDelete(DeleteBehavior.Restrict);
    }
}
