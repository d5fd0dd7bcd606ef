using System.Security.Cryptography;
using System.Text;
using Bot.Core.Data;
using Bot.Core.Roster;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>What is open at one moment, as far as a page has to know that it changed: numbers and instants, no word.</summary>
public sealed record HelpStamp(int CaseId, int AreaId, HelpTopic Topic, string Text);

/// <summary>
/// The shape of what somebody sees of the help line: another one when anything of it has changed. The page has the one that it was written
/// with, the stream tells the one of now.
/// </summary>
public sealed class HelpShapes(BotDb db, OrganisationTree tree, HelpCases cases)
{
    /// <summary>Of everything that is open, by two statements.</summary>
    public async Task<IReadOnlyList<HelpStamp>> OpenAsync(CancellationToken ct)
    {
        var alerts = (await db.HelpAlerts.AsNoTracking().Where(a => a.AcknowledgedAt == null).Select(a => new { a.Id, a.CaseId, a.Kind, a.Level }).ToListAsync(ct)).ToLookup(a => a.CaseId);
        var open = await db.HelpCases.AsNoTracking().Where(c => c.State == HelpState.Open)
            .Select(c => new { c.Id, c.AreaId, c.Topic, c.Version, c.Urgency, c.AssignedId, c.LastInboundAt, c.LastChatAt, c.LastOutboundAt, c.NextDueAt, c.WaitingSince, c.LeftAt, c.Report, c.CloseAskedBy }).ToListAsync(ct);
        return [.. open.OrderBy(c => c.Id).Select(c => new HelpStamp(c.Id, c.AreaId, c.Topic, FormattableString.Invariant(
            $"{c.Id} {c.Topic} {c.Version} {c.Urgency} {c.AssignedId} {Ms(c.LastInboundAt)} {Ms(c.LastChatAt)} {Ms(c.LastOutboundAt)} {Ms(c.NextDueAt)} {Ms(c.WaitingSince)} {Ms(c.LeftAt)} {c.Report} {c.CloseAskedBy} {string.Join('+', alerts[c.Id].Select(a => $"{a.Id}.{a.Kind}.{a.Level}"))}")))];
    }

    public async Task<string> OfInboxAsync(HelpViewer me, IReadOnlyList<HelpStamp> open, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        return Hash(open.Where(s => Concerns(all, me, s)).Select(s => s.Text));
    }

    /// <returns>Null when the viewer may not read the case, or not any more.</returns>
    public async Task<string?> OfCaseAsync(HelpViewer me, int caseId, IReadOnlyList<HelpStamp> open, CancellationToken ct)
        => (await cases.PulseAsync(me, caseId, ct)).IsRefused(out _, out var pulse) ? null
            : Hash([await OfInboxAsync(me, [.. open.Where(s => s.CaseId == caseId || s.Text.Contains(nameof(HelpAlertKind.Crisis), StringComparison.Ordinal))], ct), pulse.ToString()]);

    private static bool Concerns(TreeSnapshot all, HelpViewer me, HelpStamp stamp)
        => me.SupervisorTops.Any(top => all.IsUnder(stamp.AreaId, top)) || me.Teams.Any(team => team.Topic == stamp.Topic && all.IsUnder(stamp.AreaId, team.OrganisationId));

    private static long? Ms(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)))[..8]);
}
