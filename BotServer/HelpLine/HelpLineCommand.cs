using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.WeChat;

namespace Bot.Server.HelpLine;

/// <summary>"求助": a talk with a counsellor where the line is open; else the numbers where people answer.</summary>
internal sealed class HelpLineCommand(HelpDoor door, HelpIntake intake, HelpAliases aliases, HelpSentences sentences, ContentLibrary content) : IBotCommand
{
    internal const string NameOf = "help-line";

    public static string Name => NameOf;

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        if (!await door.IsOpenAsync(ct))
        {
            return asked.Turn is null ? sentences.Say("help-line.soon") : Answer.NotMine;
        }

        if (asked.Turn is { Step: HelpRelay.Offered } offered)
        {
            return content.IsOneOf("words.help-no", asked.Words) ? sentences.Say("help-line.declined")
                : content.IsOneOf("words.help-yes", asked.Words) ? await OpenAsync(asked, offered, ct)
                : sentences.Offer(offered); // neither: whoever talks past it is asked again
        }

        return await sentences.BegunAsync(await intake.BeginAsync(asked.By.Id, aliases.KeyOf(asked.MessageKey), null, ct), ct);
    }

    /// <summary>Whoever was offered somebody is asked nothing more.</summary>
    private async Task<Answer> OpenAsync(Asked asked, Turn offered, CancellationToken ct)
    {
        var topic = offered.Said.GetValueOrDefault("level") == nameof(CrisisLevel.HarmToMinor) ? HelpTopic.Rights : HelpTopic.Mind;
        var urgency = offered.Said.GetValueOrDefault("level") == nameof(CrisisLevel.Life) ? HelpUrgency.Crisis : HelpUrgency.Today;
        var begun = await intake.BeginAsync(asked.By.Id, aliases.KeyOf(asked.MessageKey), new HelpOpening(topic, urgency, IsInDanger: false), ct);
        if (topic == HelpTopic.Rights)
        {
            await intake.SuspectHarmAsync(begun, ct);
        }

        return await sentences.NextAsync(begun, ct);
    }
}
