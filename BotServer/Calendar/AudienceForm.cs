using System.Globalization;
using Bot.Core.Calendar;
using Bot.Core.Pushes;
using Bot.Core.Roster;

namespace Bot.Server.Calendar;

/// <summary>What stands in the fields that say to whom a push goes.</summary>
public sealed class AudienceForm
{
    /// <summary>Ticked organisations; none for all.</summary>
    public List<int> Places { get; set; } = [];

    /// <summary>Further ones as paths, one a line.</summary>
    public string? MorePlaces { get; set; }

    public List<int> Except { get; set; } = [];

    public string? MoreExcept { get; set; }

    /// <summary>roster, visitors or everyone.</summary>
    public string? Circle { get; set; }

    public List<string> Categories { get; set; } = [];

    public List<string> Duties { get; set; } = [];

    /// <summary>A lesson such as 9-2; empty for all.</summary>
    public string? Unstudied { get; set; }

    public string? JoinedSince { get; set; }

    public bool ByMass { get; set; }

    public static AudienceForm Of(PushAudience audience) => new()
    {
        Places = [.. audience.Places.Select(p => p.Id)],
        Except = [.. audience.Except.Select(p => p.Id)],
        Circle = Word(audience.Circle),
        Categories = [.. audience.Categories.Select(c => c.Word())],
        Duties = [.. audience.Duties.Select(d => d.Word())],
        Unstudied = audience.Unstudied,
        JoinedSince = audience.JoinedSince?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ByMass = audience.ByMass,
    };

    public static string Word(PushCircle circle) => circle.ToString().ToLowerInvariant();

    /// <summary>What is below the organisation; a tick from another one is dropped, a path that leads nowhere is a fault.</summary>
    public PushAudience Read(TreeSnapshot tree, int organisationId, List<PieceFault> faults)
    {
        DateOnly? since = null;
        if (!string.IsNullOrWhiteSpace(JoinedSince))
        {
            if (DateOnly.TryParseExact(JoinedSince.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1990 and < 2200)
            {
                since = day;
            }
            else
            {
                faults.Add(new PieceFault("joined-since", null, null, "请写日期，如 2026-09-01。"));
            }
        }

        return new PushAudience
        {
            Places = Chosen(tree, organisationId, Places, MorePlaces, "places", faults),
            Except = Chosen(tree, organisationId, Except, MoreExcept, "except", faults),
            Circle = Enum.GetValues<PushCircle>().FirstOrDefault(c => Word(c) == Circle),
            Categories = [.. Categories.Where(RosterWords.Categories.ContainsKey).Select(w => RosterWords.Categories[w])],
            Duties = [.. Duties.Where(RosterWords.Duties.ContainsKey).Select(w => RosterWords.Duties[w])],
            Unstudied = Unstudied,
            JoinedSince = since,
            ByMass = ByMass,
        }.Clean();
    }

    private static IReadOnlyList<AudiencePlace> Chosen(TreeSnapshot tree, int organisationId, List<int> ticked, string? paths, string field, List<PieceFault> faults)
    {
        var chosen = ticked.Where(id => id != organisationId && tree.IsUnder(id, organisationId)).Select(tree.Find).OfType<TreeNode>().ToList();
        var own = tree.Find(organisationId);
        foreach (var line in (paths ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(PushFaults.MaxPlaces))
        {
            var found = new[] { $"{own?.Path}/{line}", line }.Select(tree.FindByPath).FirstOrDefault(n => n is not null && tree.IsUnder(n.Id, organisationId));
            if (found is null)
            {
                faults.Add(new PieceFault(field, null, null, $"{own?.Name}下面没有“{line}”。请写全名，各级用 / 隔开，如 甲镇/一支部。"));
            }
            else
            {
                chosen.Add(found);
            }
        }

        return [.. chosen.Select(n => new AudiencePlace(n.Id, n.Path))];
    }
}
