using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Bot.Core.WeChat;

namespace Bot.Core.Pushes;

/// <summary>Section <c>Pushes</c>.</summary>
public sealed partial class PushesOptions : IValidatableObject
{
    private static readonly TimeSpan LeastToRemind = TimeSpan.FromHours(1);

    /// <summary>In China; from then on nothing is sent of our own accord.</summary>
    public TimeOnly QuietFrom { get; set; } = new(22, 0);

    /// <summary>In China; equal to <see cref="QuietFrom"/> for no quiet hours.</summary>
    public TimeOnly QuietUntil { get; set; } = new(8, 0);

    /// <summary>How long before a lesson closes those who asked for it are reminded; an hour to six days.</summary>
    public TimeSpan RemindBefore { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Lets the page where people ask for reminders load WeChat's script from res.wx.qq.com, which alone can ask for a credit.</summary>
    public bool SubscribeTag { get; set; }

    /// <summary>A credit can be asked for on our page.</summary>
    public bool AsksForCredits => SubscribeTag && Notice.IsOn;

    /// <summary>The template of subscription notifications for what a person is told; empty for none.</summary>
    public NoticeTemplate Notice { get; set; } = new();

    /// <summary>Messages that a node sends in a second at most, 1–10,000. With several sending nodes each goes as fast.</summary>
    [Range(1, 10_000)]
    public int PerSecond { get; set; } = 1_000;

    /// <summary>Mass messages.</summary>
    public MassOptions Mass { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RemindBefore < TimeSpan.FromHours(1) || RemindBefore > TimeSpan.FromDays(6))
        {
            yield return new ValidationResult("must be between 01:00:00 and 6.00:00:00.", [nameof(RemindBefore)]);
        }

        if (!What().IsMatch(Notice.What))
        {
            yield return new ValidationResult("must be a field of the kind thing, such as thing1.", [$"{nameof(Notice)}:{nameof(Notice.What)}"]);
        }

        if (Notice.When.Length > 0 && !When().IsMatch(Notice.When))
        {
            yield return new ValidationResult("must be a field of the kind time or date, such as time2, or empty.", [$"{nameof(Notice)}:{nameof(Notice.When)}"]);
        }

        if (Mass.Monthly.Exists(n => n < 0) || Mass.Monthly.Sum() > MassOptions.MostOfOne)
        {
            yield return new ValidationResult($"must be numbers from 0 that are {MassOptions.MostOfOne} at most in all.", [$"{nameof(Mass)}:{nameof(Mass.Monthly)}"]);
        }
    }

    public bool IsQuiet(DateTimeOffset now) => TimeOnly.FromDateTime(ChinaTime.Of(now).DateTime).IsBetween(QuietFrom, QuietUntil);

    /// <returns>The instant itself, or the end of the quiet hours that it lies in.</returns>
    public DateTimeOffset AfterQuiet(DateTimeOffset at)
    {
        if (!IsQuiet(at))
        {
            return at;
        }

        var local = ChinaTime.Of(at);
        var end = ChinaTime.StartOf(DateOnly.FromDateTime(local.DateTime)) + QuietUntil.ToTimeSpan();
        return end > at ? end : end.AddDays(1);
    }

    /// <summary>
    /// When somebody is reminded who wants it from <paramref name="from"/> on: <see cref="RemindBefore"/> the closing, later where half of the
    /// time is less; never at night, but an hour before it or, where it is too late for that, in the morning.
    /// </summary>
    /// <returns>Null when no such moment is left before the closing.</returns>
    public DateTimeOffset? ReminderAt(DateTimeOffset from, DateTimeOffset closes)
    {
        var left = closes - from;
        if (left < LeastToRemind)
        {
            return null;
        }

        var at = closes - (left / 2 < RemindBefore ? left / 2 : RemindBefore);
        if (!IsQuiet(at))
        {
            return at;
        }

        var midnight = ChinaTime.StartOf(ChinaTime.DateOf(at));
        var evening = midnight + QuietFrom.ToTimeSpan();
        evening -= TimeSpan.FromHours(evening > at ? 25 : 1);
        return evening > from && !IsQuiet(evening) ? evening : AfterQuiet(at) is var morning && morning < closes ? morning : null;
    }

    [GeneratedRegex("^thing[0-9]{0,2}$")]
    private static partial Regex What();

    [GeneratedRegex("^(time|date)[0-9]{0,2}$")]
    private static partial Regex When();
}

/// <summary>One of the account's subscription templates; WeChat numbers its fields, such as <c>thing1</c>, for each account anew.</summary>
public sealed class NoticeTemplate
{
    /// <summary>Empty switches it off.</summary>
    public string TemplateId { get; set; } = "";

    /// <summary>The field that takes what happened; at most 20 characters of it are shown.</summary>
    public string What { get; set; } = "thing1";

    /// <summary>The field that takes when it happened; empty where the template has none.</summary>
    public string When { get; set; } = "time2";

    public bool IsOn => TemplateId.Length > 0;

    /// <param name="what">On one line; cut to 20 characters.</param>
    /// <param name="at">UTC.</param>
    /// <param name="page">Absolute address that a tap opens; without anything about the person.</param>
    public Notification Of(string what, DateTimeOffset at, string page)
    {
        List<(string Key, string Value)> data = [(What, what)];
        if (When.Length > 0)
        {
            data.Add((When, $"{ChinaTime.Of(at):yyyy年M月d日 HH:mm}"));
        }

        return new Notification(TemplateId, page, data);
    }
}

/// <summary>Of mass messages (wechat-protocol §6.5).</summary>
public sealed class MassOptions
{
    /// <summary>What each follower gets in a month at most, whoever sends it.</summary>
    public const int MostOfOne = 4;

    /// <summary>
    /// How many an organisation may send in a month in China: first those of a root, then of the organisations below it, and so on; none further
    /// down. Everybody hangs on one organisation of each depth, so that the sum is what one person gets at most.
    /// </summary>
    public List<int> Monthly { get; } = [];
}
