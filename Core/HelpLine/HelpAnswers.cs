using Bot.Core.Content;

namespace Bot.Core.HelpLine;

/// <summary>A text that counsellors take into the reply box and edit.</summary>
/// <param name="Topic">Null for all topics.</param>
public sealed record HelpAnswer(HelpTopic? Topic, string Title, string Text);

/// <summary>The canned answers of Content/helpline/answers.yaml, read once.</summary>
public sealed class HelpAnswers
{
    /// <summary>Of a reply, which WeChat takes in one piece.</summary>
    private const int MostCharacters = 600;

    private const string EveryTopic = "All";

    private readonly IReadOnlyList<HelpAnswer> _all;

    /// <param name="folder">The folder Content.</param>
    /// <exception cref="ContentException">The file is missing or bad.</exception>
    public HelpAnswers(string folder)
    {
        var file = ContentFile.Read(folder, Path.Combine("helpline", "answers.yaml"));
        _all = [.. file.Entries(file.Root).SelectMany(group => file.Entries(file.Mapping(group.Value)).Select(answer =>
        {
            var text = file.Text(answer.Value).Trim();
            return text.Length is 0 or > MostCharacters ? throw file.Fault(answer.Value, $"1 to {MostCharacters} characters are expected.")
                : group.Key == EveryTopic ? new HelpAnswer(null, answer.Key, text)
                : Enum.TryParse<HelpTopic>(group.Key, out var topic) ? new HelpAnswer(topic, answer.Key, text)
                : throw file.Fault(answer.Value, $"'{group.Key}' is neither {EveryTopic} nor a topic.");
        }))];
    }

    /// <summary>Those of the topic first, then those for all.</summary>
    public IReadOnlyList<HelpAnswer> For(HelpTopic topic) => [.. _all.Where(a => a.Topic == topic), .. _all.Where(a => a.Topic is null)];
}
