using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Bot.Core.Pushes;
using Bot.Core.Roster;

namespace Bot.Server.Calendar;

/// <summary>The part of a piece's form that says to whom a push goes.</summary>
/// <param name="PieceId">Null for a new one.</param>
/// <param name="GoesOut">As typed.</param>
internal sealed record AudiencePart(AudienceForm Form, int OrganisationId, int? PieceId, string? GoesOut, IReadOnlyList<PieceFault> Faults);

/// <param name="Below">Organisations that can be ticked: those right below, and what was picked further down.</param>
/// <param name="Left">How many more there are right below than are shown.</param>
/// <param name="Except">The same for those left out.</param>
/// <param name="Lessons">The latest first.</param>
internal sealed record AudienceChoices(TreeNode Organisation, IReadOnlyList<TreeNode> Below, int Left, IReadOnlyList<TreeNode> Except, IReadOnlyList<PublishedLesson> Lessons, SlotsOfMonth Slots);

/// <summary>A count with what the screen says beside it.</summary>
/// <param name="NotCountable">Why there is none: the fields have faults.</param>
internal sealed record AudienceCountView(AudienceCount? Count, PushAudience Audience, SlotsOfMonth? Slots, string? NotCountable)
{
    private const string Rest = "其他";

    /// <summary>How many it reaches now and how many not can be told without telling about a few.</summary>
    public bool ShowsReach => Count is { } count && !FoldedCounts.IsSmall(count.Reachable) && !FoldedCounts.IsSmall(count.People - count.Reachable);

    /// <summary>By which way, and why not.</summary>
    public IReadOnlyList<(string Name, int Count)> Parts => Count is not { } count ? []
        : ShowsReach ? [.. FoldedCounts.Of(Reached(count), "发得到，" + Rest), .. FoldedCounts.Of(Missed(count), "发不到，其他原因")]
        : FoldedCounts.Of([.. Reached(count), .. Missed(count)], Rest);

    private IEnumerable<(string, int)> Reached(AudienceCount count) =>
    [
        ("有通知次数，发通知", count.WithCredit),
        (Audience.ByMass ? "群发" : "只能等对方发消息时随回复送达", count.Others - count.HadAll),
        ($"这个月的群发已经收满 {MassOptions.MostOfOne} 条，等对方发消息时随回复送达", count.HadAll),
    ];

    private static IEnumerable<(string, int)> Missed(AudienceCount count) =>
    [
        ("发不到，名册上还没绑定微信", count.Unbound), ("发不到，没有关注", count.Unfollowed), ("发不到，自己退订了", count.OptedOut),
    ];
}

/// <summary>What the screens about audiences show.</summary>
internal sealed class AudienceDesk(OrganisationTree tree, LessonShelf shelf, PushSlots slots, AudienceCounts counts, TimeProvider clock)
{
    private const int MostBelow = 120;
    private const int MostLessons = 20;

    /// <returns>Null for an organisation that is gone.</returns>
    public async Task<AudienceChoices?> ChoicesAsync(AudiencePart part, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        if (all.Find(part.OrganisationId) is not { } own)
        {
            return null;
        }

        var children = all.Children(own).ToList();
        return new AudienceChoices(
            own, With(part.Form.Places), Math.Max(0, children.Count - MostBelow), With(part.Form.Except),
            [.. (await shelf.AllAsync(ct)).Where(l => l.OpensAt <= clock.GetUtcNow() || l.Id.ToString() == part.Form.Unstudied).Reverse().Take(MostLessons)],
            await slots.OfAsync(own.Id, PieceWords.Instant(part.GoesOut) ?? clock.GetUtcNow(), part.PieceId, ct));

        IReadOnlyList<TreeNode> With(List<int> picked)
            => [.. children.Take(MostBelow).Concat(picked.Where(id => all.IsUnder(id, own.Id) && id != own.Id).Select(all.Find).OfType<TreeNode>()).DistinctBy(n => n.Id).OrderBy(n => n.Index)];
    }

    public async Task<PushAudience> ReadAsync(AudienceForm form, int organisationId, List<PieceFault> faults, CancellationToken ct) => form.Read(await tree.AllAsync(ct), organisationId, faults);

    public async Task<AudienceCountView> CountAsync(int organisationId, PushAudience audience, DateTimeOffset goesOut, int? pieceId, CancellationToken ct)
        => new(await counts.OfAsync(organisationId, audience, goesOut, ct), audience, await slots.OfAsync(organisationId, goesOut, pieceId, ct), null);
}
