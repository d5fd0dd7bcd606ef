using System.Text.Json.Serialization;
using Bot.Core.Roster;

namespace Bot.Core.Pushes;

/// <summary>Who may be in an audience.</summary>
public enum PushCircle
{
    /// <summary>On the roster now.</summary>
    Roster,

    /// <summary>Those, and who is on no roster and used a join code of the organisations.</summary>
    Visitors,

    /// <summary>Those, and everybody else who follows; of a root only.</summary>
    Everyone,
}

/// <param name="Path">As it was when the version was saved: what an approver reads stays.</param>
public sealed record AudiencePlace(int Id, string Path);

/// <summary>To whom a push goes. Empty lists leave nobody out.</summary>
public sealed record PushAudience
{
    /// <summary>With everything below them; none for the piece's own organisation.</summary>
    public IReadOnlyList<AudiencePlace> Places { get; init; } = [];

    /// <summary>Not those, nor anything below them.</summary>
    public IReadOnlyList<AudiencePlace> Except { get; init; } = [];

    public PushCircle Circle { get; init; }

    public IReadOnlyList<PersonCategory> Categories { get; init; } = [];

    public IReadOnlyList<Duty> Duties { get; init; } = [];

    /// <summary>Only who has not studied this lesson, such as <c>9-2</c>, and is not exempt.</summary>
    public string? Unstudied { get; init; }

    /// <summary>Only who is on a roster since this day in China or later; a transfer does not make anybody new.</summary>
    public DateOnly? JoinedSince { get; init; }

    /// <summary>Whoever has no notification left gets it by a mass message, which takes a slot of the month.</summary>
    public bool ByMass { get; init; }

    /// <summary>A person on no roster has no category and no duty, and never joined one.</summary>
    [JsonIgnore]
    public bool IsRosterOnly => Circle == PushCircle.Roster || Categories.Count > 0 || Duties.Count > 0 || JoinedSince is not null;

    /// <summary>The same choice is the same text, whatever the order.</summary>
    public PushAudience Clean() => this with
    {
        Places = [.. Places.DistinctBy(p => p.Id).OrderBy(p => p.Id)],
        Except = [.. Except.DistinctBy(p => p.Id).OrderBy(p => p.Id)],
        Categories = [.. Categories.Distinct().Order()],
        Duties = [.. Duties.Distinct().Order()],
        Unstudied = string.IsNullOrWhiteSpace(Unstudied) ? null : Unstudied.Trim(),
    };

    /// <summary>In words, a line for each rule.</summary>
    public IEnumerable<string> Lines()
    {
        yield return "组织：" + (Places.Count == 0 ? "全部" : Names(Places));
        if (Except.Count > 0)
        {
            yield return "不发给：" + Names(Except);
        }

        yield return Circle switch
        {
            PushCircle.Roster => "名册上的人",
            PushCircle.Visitors => "名册上的人，和用加入码来过的访客",
            _ => "所有关注的人",
        };
        if (Categories.Count > 0)
        {
            yield return "类别：" + string.Join('、', Categories.Select(c => c.Word()));
        }

        if (Duties.Count > 0)
        {
            yield return "职务：" + string.Join('、', Duties.Select(d => d.Word()));
        }

        if (Unstudied is { } lesson)
        {
            yield return $"还没学 {lesson} 的（免学的除外）";
        }

        if (JoinedSince is { } day)
        {
            yield return $"{day:yyyy-MM-dd} 起加入名册的";
        }

        if (ByMass)
        {
            yield return "没有通知次数的用群发";
        }
    }

    /// <param name="ownId">The piece's organisation.</param>
    /// <returns>Equal for two audiences that are the same people by the same rules; how it is sent does not count.</returns>
    public string Key(int ownId)
        => FormattableString.Invariant($"{Ids(Places.Count == 0 ? [ownId] : Places.Select(p => p.Id))}-{Ids(Except.Select(p => p.Id))} {Circle} {string.Join(',', Categories)} {string.Join(',', Duties)} {Unstudied} {JoinedSince:yyyy-MM-dd}");

    private static string Names(IReadOnlyList<AudiencePlace> places) => string.Join('、', places.Select(p => p.Path.Replace("/", " / ", StringComparison.Ordinal)));

    private static string Ids(IEnumerable<int> ids) => string.Join(',', ids.Order());
}
