using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Core.Roster;

namespace Bot.Core.Pushes;

/// <summary>What keeps a push from going out, beside what <see cref="PieceCheck"/> finds in its text alone.</summary>
public sealed class PushFaults(OrganisationTree tree, LessonShelf shelf, PushSlots slots, AudienceCounts counts, PushesOptions options, TimeProvider clock)
{
    public const int MaxPlaces = 200;

    public static readonly Refusal NoSlot = new(RefusalKind.Conflict, "push.no-slot", "The organisation has no mass message left in this month.");

    public static readonly Refusal AudienceChanged = new(RefusalKind.Conflict, "push.audience-changed", "Its audience is not any more what was chosen, or nobody is in it.");

    /// <summary>
    /// What has become of the audience since it was chosen: an organisation that has closed or moved away, a lesson that is gone, nobody left. To
    /// be asked before the yes and at the start: better nobody than the wrong ones.
    /// </summary>
    public async Task<IReadOnlyList<PieceFault>> OfAudienceAsync(Piece piece, PieceText text, CancellationToken ct)
    {
        var audience = text.Audience ?? new PushAudience();
        var faults = new List<PieceFault>(await PlaceFaultsAsync(piece.OrganisationId, audience, ct));
        faults.AddRange(await LessonFaultsAsync(audience, ct));

        // That nobody is left who has not studied is as it should be.
        if (faults.Count == 0 && audience.Unstudied is null && await counts.OfAsync(piece.OrganisationId, audience.Clean(), text.GoesOutAt, ct) is { People: 0 })
        {
            faults.Add(new PieceFault("audience", null, null, "现在没有这样的人，请改选。"));
        }

        return faults;
    }

    /// <param name="text">Of the piece's newest version.</param>
    public async Task<IReadOnlyList<PieceFault>> OfAsync(Piece piece, PieceText text, CancellationToken ct)
    {
        var (faults, audience) = (new List<PieceFault>(), text.Audience ?? new PushAudience());
        if (text.GoesOutAt <= clock.GetUtcNow() - PushStarts.Latest)
        {
            Add("goes-out", "这个时间已经过去一天多了，请换一个时间。");
        }

        var starts = options.AfterQuiet(text.GoesOutAt);
        if (text.ClosesAt <= starts && text.ClosesAt > text.GoesOutAt)
        {
            Add("closes", $"开始的时间是夜间，要到 {ChinaTime.Table(starts)} 才发，结束要再晚一些。");
        }

        faults.AddRange(await PlaceFaultsAsync(piece.OrganisationId, audience, ct));
        faults.AddRange(await LessonFaultsAsync(audience, ct));

        if (audience.ByMass && await slots.OfAsync(piece.OrganisationId, text.GoesOutAt, piece.Id, ct) is { HasRoom: false } month)
        {
            Add("by-mass", month.Most == 0 ? "这个组织没有群发次数，请去掉“群发”，或者请上级发。"
                : $"{month.Month % 100} 月的 {month.Most} 次群发已经发了 {month.Used} 次、计划了 {month.Planned} 次。请去掉“群发”，或者换一个月。");
        }

        return faults;

        void Add(string field, string reason) => faults.Add(new PieceFault(field, null, null, reason));
    }

    private async Task<IReadOnlyList<PieceFault>> LessonFaultsAsync(PushAudience audience, CancellationToken ct)
        => audience.Unstudied is { } lesson && (!LessonId.TryParse(lesson, null, out var id) || await shelf.FindAsync(id, ct) is null)
            ? [new PieceFault("unstudied", null, null, $"没有 {lesson} 这一课，请重新选。")]
            : [];

    private async Task<IReadOnlyList<PieceFault>> PlaceFaultsAsync(int organisationId, PushAudience audience, CancellationToken ct)
    {
        var (faults, all) = (new List<PieceFault>(), await tree.AllAsync(ct));
        if (all.Find(organisationId) is null)
        {
            return [new PieceFault("audience", null, null, "发的组织已经撤销或者合并，不能再从这里发。")];
        }

        foreach (var (field, places) in new[] { ("places", audience.Places), ("except", audience.Except) })
        {
            if (places.FirstOrDefault(p => !all.IsUnder(p.Id, organisationId)) is { } outside)
            {
                faults.Add(new PieceFault(field, null, null, $"“{outside.Path}”不在{all.Find(organisationId)?.Name}下面了，请去掉。"));
            }
            else if (places.Count > MaxPlaces)
            {
                faults.Add(new PieceFault(field, null, null, $"最多选 {MaxPlaces} 个组织。"));
            }
        }

        if (audience.Circle == PushCircle.Everyone && (all.Find(organisationId) is not { ParentId: null } || audience.Places.Count > 0))
        {
            faults.Add(new PieceFault("circle", null, null, "“所有关注的人”只能由最上级组织发给整个组织，请改选。"));
        }

        if (audience.Circle != PushCircle.Roster && audience.IsRosterOnly)
        {
            faults.Add(new PieceFault("circle", null, null, "选了类别、职务或加入时间，就只能发给名册上的人：没有加入名册的人没有这些。"));
        }

        return faults;
    }
}
