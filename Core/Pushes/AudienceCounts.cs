using System.Collections.Concurrent;
using System.Globalization;
using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Pushes;

/// <summary>How many are in an audience, and by what they can be reached now.</summary>
/// <param name="People">All of them, with or without a WeChat account.</param>
/// <param name="Unbound">On the roster without a WeChat account here.</param>
/// <param name="Unfollowed">With one that does not follow any more.</param>
/// <param name="OptedOut">Want no pushes.</param>
/// <param name="WithCredit">Reached by a notification.</param>
/// <param name="Others">Reached by a mass message, else with their next message.</param>
/// <param name="HadAll">Those of <paramref name="Others"/> who have had all mass messages of the month and read it with their next message; 0 for a push without mass messages.</param>
/// <param name="TellsRate">Of those who have not studied, in or without organisations whose rate is hidden: subtracted from another count it would be that rate.</param>
public sealed record AudienceCount(DateTimeOffset At, int People, int Unbound, int Unfollowed, int OptedOut, int WithCredit, int Others, int HadAll, bool TellsRate = false)
{
    public int Reachable => WithCredit + Others;

    /// <summary>So few that each figure is about somebody, or from which one of so few could be computed; those above a branch see none of small groups.</summary>
    public bool IsHidden => TellsRate || People < HiddenFigures.SmallestShown;
}

/// <summary>Counts audiences before they are pushed to; remembered for a minute, for of a province it is a count over everybody.</summary>
public sealed class AudienceCounts(IDbContextFactory<BotDb> databases, Audiences audiences, LessonShelf shelf, FigureBoard board, IOptions<WeChatOptions> wechat, PushesOptions options, TimeProvider clock)
{
    private const int MostKept = 500;
    private static readonly TimeSpan FreshFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, AudienceCount> _known = new();

    /// <param name="picked">Cleaned.</param>
    /// <param name="goesOut">When it shall start: in that month mass messages are counted.</param>
    public async Task<AudienceCount> OfAsync(int organisationId, PushAudience picked, DateTimeOffset goesOut, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var starts = options.AfterQuiet(goesOut > now ? goesOut : now);
        var key = $"{organisationId}: {picked.Key(organisationId)} {(picked.ByMass ? PushSlots.MonthOf(starts) : 0)}";
        if (_known.TryGetValue(key, out var known) && now - known.At < FreshFor && now >= known.At)
        {
            return known;
        }

        var audience = await audiences.OfAsync(organisationId, picked, ct);
        var hadAll = new SqlText(picked.ByMass ? FormattableString.Invariant($"{MassMonth.CountOf("x.account", starts)} >= {MassOptions.MostOfOne}") : "1 = 0");
        var (appId, stranger) = (wechat.Value.Mp.AppId, audience.HasStrangers ? audience.Stranger("a") : new SqlText("1 = 0"));
        await using var db = await databases.CreateDbContextAsync(ct);
        var counts = await db.ReadRowsAsync(
            $"""
            SELECT COUNT(*),
                   SUM(CASE WHEN x.account IS NULL THEN 1 ELSE 0 END),
                   SUM(CASE WHEN x.account IS NOT NULL AND x.follows IS FALSE THEN 1 ELSE 0 END),
                   SUM(CASE WHEN x.account IS NOT NULL AND x.follows IS NOT FALSE AND x.no_pushes_since IS NOT NULL THEN 1 ELSE 0 END),
                   SUM(CASE WHEN x.account IS NOT NULL AND x.follows IS NOT FALSE AND x.no_pushes_since IS NULL
                            AND EXISTS (SELECT 1 FROM credits k WHERE k.template_id = {options.Notice.TemplateId} AND k.account_id = x.account AND k.ended_at IS NULL) THEN 1 ELSE 0 END),
                   SUM(CASE WHEN x.account IS NOT NULL AND x.follows IS NOT FALSE AND x.no_pushes_since IS NULL
                            AND NOT EXISTS (SELECT 1 FROM credits k WHERE k.template_id = {options.Notice.TemplateId} AND k.account_id = x.account AND k.ended_at IS NULL)
                            AND {hadAll} THEN 1 ELSE 0 END)
            FROM (SELECT a.id AS account, a.follows, (SELECT MIN(w.no_pushes_since) FROM accounts w WHERE w.person_id = a.person_id) AS no_pushes_since
                  FROM organisation_ancestors s
                  JOIN memberships m ON m.organisation_id = s.organisation_id
                  LEFT JOIN accounts a ON a.person_id = m.person_id AND a.app_id = {appId}
                  WHERE s.ancestor_id IN ({audience.Tops}) AND {audience.Member("m")} AND (a.id IS NOT NULL OR EXISTS (SELECT 1 FROM people p WHERE p.id = m.person_id AND p.erased_at IS NULL))
                  UNION ALL
                  SELECT a.id, a.follows, (SELECT MIN(w.no_pushes_since) FROM accounts w WHERE w.person_id = a.person_id) FROM accounts a WHERE a.app_id = {appId} AND {stranger}) x
            """,
            row => Enumerable.Range(0, 6).Select(i => row.IsDBNull(i) ? 0 : Convert.ToInt32(row.GetValue(i), CultureInfo.InvariantCulture)).ToArray(),
            ct);
        var (people, unbound, unfollowed, optedOut, withCredit) = (counts[0][0], counts[0][1], counts[0][2], counts[0][3], counts[0][4]);
        var count = new AudienceCount(now, people, unbound, unfollowed, optedOut, withCredit, people - unbound - unfollowed - optedOut - withCredit, counts[0][5], await TellsRateAsync(organisationId, picked, ct));
        if (_known.Count >= MostKept)
        {
            _known.Clear();
        }

        _known[key] = count;
        return count;
    }

    /// <summary>Whoever chooses may see every count that the screens of rates show, and so none that is kept from these.</summary>
    private async Task<bool> TellsRateAsync(int organisationId, PushAudience picked, CancellationToken ct)
    {
        if (!LessonId.TryParse(picked.Unstudied, null, out var id) || await shelf.FindAsync(id, ct) is not { } lesson)
        {
            return false;
        }

        var hidden = (await board.ReadAsync(lesson, ct)).Hidden;
        return picked.Places.Concat(picked.Except).Select(p => p.Id).Append(organisationId).Any(place => hidden.Hides(place, []));
    }
}
