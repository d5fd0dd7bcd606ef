using Bot.Core.Data;
using Bot.Core.Lessons;
using Bot.Core.Roster;

namespace Bot.Core.Pushes;

/// <summary>
/// The people of a <see cref="PushAudience"/> as parts of statements, the same for the preview and for filling, on both databases. Made of
/// numbers only. Nobody outside of the piece's organisation is ever in it.
/// </summary>
internal sealed class Audience
{
    private readonly PushAudience _picked;
    private readonly string _tops;
    private readonly string _except;
    private readonly int? _lesson;
    private readonly bool _everyone;
    private readonly bool _isRosterOnly;

    private Audience(PushAudience picked, IReadOnlyList<int> tops, IReadOnlyList<int> except, int? lesson, bool everyone)
    {
        _picked = picked;
        _tops = string.Join(',', tops.DefaultIfEmpty(0));
        _except = string.Join(',', except);
        _lesson = lesson;
        _everyone = everyone;
        _isRosterOnly = picked.IsRosterOnly;
    }

    /// <summary>Organisations in whose subtrees everybody of the audience is who is on a roster; none lies in another's.</summary>
    public SqlText Tops => new(_tops);

    /// <summary>Somebody who is on no roster can be in it.</summary>
    public bool HasStrangers => !_isRosterOnly;

    /// <param name="lesson">Of <see cref="PushAudience.Unstudied"/>; without the lesson that is meant nobody is in it.</param>
    public static Audience Of(TreeSnapshot tree, int organisationId, PushAudience picked, PublishedLesson? lesson)
    {
        var inside = picked.Places.Select(p => p.Id).Where(id => tree.IsUnder(id, organisationId)).ToList();
        var tops = picked.Places.Count == 0 ? [organisationId] : inside.Where(id => !inside.Exists(other => other != id && tree.IsUnder(id, other))).ToList();
        var everyone = picked.Circle == PushCircle.Everyone && picked.Places.Count == 0 && tree.Find(organisationId) is { ParentId: null };
        return new Audience(picked, tops, [.. picked.Except.Select(p => p.Id)], picked.Unstudied is null ? null : lesson?.RowId ?? 0, everyone);
    }

    /// <summary>That a membership makes its person one of the audience, whichever of <see cref="Tops"/> it lies under.</summary>
    /// <param name="m">Alias of the memberships.</param>
    public SqlText Member(string m)
    {
        var parts = new List<string> { $"{m}.until IS NULL", Committed.Only(m).Text };
        AddExcept(parts, $"{m}.organisation_id");
        if (_picked.Categories.Count > 0)
        {
            parts.Add($"{m}.category IN ({string.Join(',', _picked.Categories.Select(c => (int)c))})");
        }

        if (_picked.Duties.Count > 0)
        {
            parts.Add($"{m}.duty IN ({string.Join(',', _picked.Duties.Select(d => (int)d))})");
        }

        if (_picked.JoinedSince is { } day)
        {
            var since = ChinaTime.StartOf(day).ToUnixTimeMilliseconds();
            parts.Add(FormattableString.Invariant($"{m}.since >= {since} AND NOT EXISTS (SELECT 1 FROM memberships f WHERE f.person_id = {m}.person_id AND f.since < {since} AND {Committed.Only("f")})"));
        }

        AddUnstudied(parts, $"{m}.person_id");
        return And(parts);
    }

    /// <summary>That somebody who is on no roster is one of the audience.</summary>
    /// <param name="a">Alias of the accounts.</param>
    public SqlText Stranger(string a)
    {
        var parts = new List<string> { $"NOT EXISTS (SELECT 1 FROM memberships n WHERE n.person_id = {a}.person_id AND n.until IS NULL AND {Committed.Only("n")})" };
        if (!_everyone)
        {
            parts.Add(Under($"{a}.join_organisation_id", _tops));
        }

        AddExcept(parts, $"{a}.join_organisation_id");
        AddUnstudied(parts, $"{a}.person_id");
        return And(parts);
    }

    /// <summary>That an account's owner is one of the audience.</summary>
    /// <remarks>OFFSET keeps PostgreSQL from turning the question into a join over everybody: it is asked for few accounts at once.</remarks>
    /// <param name="a">Alias of the accounts.</param>
    public SqlText Account(string a)
    {
        var member = $"EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = {a}.person_id AND {Member("m")} AND {Under("m.organisation_id", _tops)} LIMIT 1 OFFSET 0)";
        return new SqlText(_isRosterOnly ? member : $"({member} OR ({Stranger(a)}))");
    }

    private void AddExcept(List<string> parts, string organisation)
    {
        if (_except.Length > 0)
        {
            parts.Add("NOT " + Under(organisation, _except));
        }
    }

    private void AddUnstudied(List<string> parts, string person)
    {
        if (_lesson is 0)
        {
            parts.Add("1 = 0");
        }
        else if (_lesson is { } lesson)
        {
            parts.Add(FormattableString.Invariant($"NOT EXISTS (SELECT 1 FROM completions c WHERE c.lesson_id = {lesson} AND c.person_id = {person})"));
            parts.Add($"NOT EXISTS (SELECT 1 FROM exemptions e WHERE e.person_id = {person} AND e.until IS NULL)");
        }
    }

    private static string Under(string organisation, string tops)
        => $"EXISTS (SELECT 1 FROM organisation_ancestors t WHERE t.organisation_id = {organisation} AND t.ancestor_id IN ({tops}))";

    private static SqlText And(List<string> parts) => new(string.Join(" AND ", parts));
}
