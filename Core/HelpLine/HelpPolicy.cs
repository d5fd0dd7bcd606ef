using System.Globalization;
using Bot.Core.Content;
using YamlDotNet.RepresentationModel;

namespace Bot.Core.HelpLine;

/// <param name="Hours">As people read it.</param>
public sealed record HelpNumber(string Number, string Name, string Hours);

/// <summary>What counsel confirms of 强制报告, as the staff read it.</summary>
/// <param name="HandOver">Before whoever hands a case to the supervisor.</param>
/// <param name="Decide">Before the supervisor who decides.</param>
/// <param name="Reason">What is to be written with either decision.</param>
public sealed record HelpReportWords(string HandOver, string Decide, string Reported, string NotReported, string Reason);

/// <summary>What Content/helpline says of telephone numbers, office hours, clocks and how long cases are kept.</summary>
public sealed class HelpPolicy
{
    private readonly Dictionary<DayOfWeek, (TimeOnly From, TimeOnly Until)> _office = [];
    private readonly Dictionary<HelpOutcome, TimeSpan> _keep = [];

    /// <param name="folder">The folder Content.</param>
    /// <exception cref="ContentException">A file is missing or bad.</exception>
    public HelpPolicy(string folder)
    {
        var numbers = ContentFile.Read(folder, Path.Combine("helpline", "numbers.yaml"));
        Numbers = [.. Items(numbers, One(numbers, numbers.Root, "numbers")).Select(item => new HelpNumber(TextOf(numbers, item, "number"), TextOf(numbers, item, "name"), TextOf(numbers, item, "hours")))];
        if (Numbers.Count == 0)
        {
            throw numbers.Fault(numbers.Root, "there is no number.");
        }

        var report = ContentFile.Read(folder, Path.Combine("helpline", "report.yaml"));
        ReportWords = new HelpReportWords(
            TextOf(report, report.Root, "handOver"), TextOf(report, report.Root, "decide"), TextOf(report, report.Root, "reported"), TextOf(report, report.Root, "notReported"), TextOf(report, report.Root, "reason"));
        var clocks = ContentFile.Read(folder, Path.Combine("helpline", "clocks.yaml"));
        foreach (var (day, hours) in clocks.Entries(clocks.Mapping(One(clocks, clocks.Root, "office"))))
        {
            _office[Enum.TryParse<DayOfWeek>(day, ignoreCase: true, out var known) ? known : throw clocks.Fault(hours, $"'{day}' is no day.")] = Hours(clocks, hours);
        }

        if (_office.Count == 0)
        {
            throw clocks.Fault(clocks.Root, "there are no office hours.");
        }

        First = TimeSpan.FromMinutes(Number(clocks, "firstMinutes", 1, 1440));
        Next = TimeSpan.FromMinutes(Number(clocks, "nextMinutes", 1, 10_080));
        Resolution = TimeSpan.FromDays(Number(clocks, "resolutionDays", 1, 365));
        Crisis = TimeSpan.FromMinutes(Number(clocks, "crisisMinutes", 1, 60));
        Report = TimeSpan.FromHours(Number(clocks, "reportHours", 1, 168));
        foreach (var (outcome, days) in clocks.Entries(clocks.Mapping(One(clocks, clocks.Root, "keepDays"))))
        {
            _keep[Enum.TryParse<HelpOutcome>(outcome, ignoreCase: true, out var known) ? known : throw clocks.Fault(days, $"'{outcome}' is no outcome.")] = TimeSpan.FromDays(Number(clocks, days, 1, 3650));
        }

        if (Enum.GetValues<HelpOutcome>().Where(o => !_keep.ContainsKey(o)).Select(o => (HelpOutcome?)o).FirstOrDefault() is { } missing)
        {
            throw clocks.Fault(clocks.Root, $"keepDays does not say how long '{missing}' is kept.");
        }
    }

    /// <summary>Open at any hour, or with hours of their own.</summary>
    public IReadOnlyList<HelpNumber> Numbers { get; }

    public HelpReportWords ReportWords { get; }

    /// <summary>Of office hours.</summary>
    public TimeSpan First { get; }

    /// <summary>Of office hours.</summary>
    public TimeSpan Next { get; }

    public TimeSpan Resolution { get; }

    /// <summary>Day and night.</summary>
    public TimeSpan Crisis { get; }

    public TimeSpan Report { get; }

    /// <summary>Days that a case is kept at most, as the person is told.</summary>
    public int MostDays => (int)_keep.Values.Max().TotalDays;

    /// <summary>Days that an answered case is kept, as the person is told.</summary>
    public int UsualDays => (int)_keep[HelpOutcome.Answered].TotalDays;

    /// <summary>After closing.</summary>
    public TimeSpan KeptFor(HelpOutcome outcome) => _keep[outcome];

    public bool IsOffice(DateTimeOffset now) => Within(ChinaTime.DateOf(now)) is var (from, until) && from <= now && now < until;

    /// <summary>The instant itself, or the next at which the office opens.</summary>
    public DateTimeOffset NextOffice(DateTimeOffset at)
    {
        for (var day = ChinaTime.DateOf(at); ; day = day.AddDays(1))
        {
            if (Within(day) is var (from, until) && at < until)
            {
                return at < from ? from : at;
            }
        }
    }

    /// <summary>When so much of office hours is over.</summary>
    public DateTimeOffset After(DateTimeOffset at, TimeSpan office)
    {
        while (true)
        {
            at = NextOffice(at);
            var (_, until) = Within(ChinaTime.DateOf(at))!.Value;
            if (at + office <= until)
            {
                return at + office;
            }

            office -= until - at;
            at = until;
        }
    }

    private (DateTimeOffset From, DateTimeOffset Until)? Within(DateOnly day)
        => _office.TryGetValue(day.DayOfWeek, out var hours) ? (ChinaTime.StartOf(day) + hours.From.ToTimeSpan(), ChinaTime.StartOf(day) + hours.Until.ToTimeSpan()) : null;

    private static (TimeOnly From, TimeOnly Until) Hours(ContentFile file, YamlNode node)
        => file.Text(node).Split('-') is [var from, var until] && TimeOnly.TryParseExact(from, "HH:mm", out var opens) && TimeOnly.TryParseExact(until, "HH:mm", out var closes) && opens < closes
            ? (opens, closes)
            : throw file.Fault(node, "hours such as 09:00-18:00 are expected.");

    private static YamlNode One(ContentFile file, YamlMappingNode mapping, string key)
        => file.Entries(mapping).FirstOrDefault(e => e.Key == key).Value ?? throw file.Fault(mapping, $"'{key}' is missing.");

    private static IEnumerable<YamlMappingNode> Items(ContentFile file, YamlNode node)
        => node is YamlSequenceNode list ? list.Children.Select(file.Mapping) : throw file.Fault(node, "a list is expected.");

    private static string TextOf(ContentFile file, YamlMappingNode item, string key) => file.Text(One(file, item, key));

    private static int Number(ContentFile file, string key, int least, int most) => Number(file, One(file, file.Root, key), least, most);

    private static int Number(ContentFile file, YamlNode node, int least, int most)
        => int.TryParse(file.Text(node), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw file.Fault(node, $"a number from {least} to {most} is expected.");
}
