using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Bot.Core.WeChat;

namespace Bot.Core.Pushes;

/// <summary>Section <c>Pushes</c>.</summary>
public sealed partial class PushesOptions : IValidatableObject
{
    /// <summary>In China; from then on nothing is sent of our own accord.</summary>
    public TimeOnly QuietFrom { get; set; } = new(22, 0);

    /// <summary>In China; equal to <see cref="QuietFrom"/> for no quiet hours.</summary>
    public TimeOnly QuietUntil { get; set; } = new(8, 0);

    /// <summary>The template of subscription notifications for what a person is told; empty for none.</summary>
    public NoticeTemplate Notice { get; set; } = new();

    /// <summary>Messages that a node sends in a second at most, 1–10,000. With several sending nodes each goes as fast.</summary>
    [Range(1, 10_000)]
    public int PerSecond { get; set; } = 1_000;

    /// <summary>Mass messages.</summary>
    public MassOptions Mass { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
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
