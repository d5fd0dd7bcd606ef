using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.Privacy;
using Bot.Server.WeChat;

namespace Bot.Server.HelpLine;

/// <summary>
/// What of somebody's messages is for the help line: everything while a case is open, and whatever tells of danger at any time. It is asked before
/// all else; nothing of it is collected, logged or checked by anybody.
/// </summary>
internal sealed class HelpRelay(
    HelpDoor door, HelpIntake intake, HelpStarts starts, HelpAliases aliases, HelpHearing hearing, HelpSentences sentences, HelpLineOptions options, WordIndex words, Dialogues dialogues, ContentLibrary content,
    TimeProvider clock)
{
    /// <summary>The step of the dialogue in which a person was offered somebody to talk to.</summary>
    public const string Offered = "offered";

    /// <summary>Characters of a member's number.</summary>
    private const int MostNumber = 30;

    /// <returns>Null when it is none of the help line's business.</returns>
    public async Task<Answer?> HearAsync(KnownAccount by, InboundMessage message, string messageKey, CancellationToken ct)
    {
        // Closed, no case begins; what has begun goes on.
        var isOpen = await door.IsOpenAsync(ct);
        if (!isOpen && !await door.HasCasesAsync(ct))
        {
            return null;
        }

        messageKey = aliases.KeyOf(messageKey);
        await hearing.NoteAsync(by.Id, ct);
        var text = (message as TextMessage)?.Content;
        var hit = (text ?? (message as VoiceMessage)?.Recognition) is { } said ? content.Crisis.Find(said) : null;
        var open = await intake.FindAsync(by.Id, ct);
        var isForPrivacy = open is not null && hit is null && text is not null && await IsForPrivacyAsync(by.Id, text, ct);
        var isTaken = !isForPrivacy && open is { LeftAt: null, State: HelpState.Open } && InputOf(message) is not null && !(text is not null && content.IsOneOf("words.help-end", text));
        if (open is not null && !isTaken)
        {
            await intake.NoteChatAsync(open, ct); // what is taken in notes it in the same write
        }

        if (isForPrivacy)
        {
            return null;
        }

        var isStale = open is { State: HelpState.Starting } && clock.GetUtcNow() - open.LastInboundAt > HelpIntake.StartWaits;
        return open switch
        {
            { LeftAt: null, State: HelpState.Open } => await RelayAsync(open, message, text, hit, messageKey, ct) ?? await ClosedMeanwhileAsync(),
            { State: HelpState.Starting } when !isStale || hit is not null => await StartingAsync(open, message, text, hit, messageKey, ct),
            _ => !isOpen || (text is null && hit is null) ? null : await OutsideAsync(by, message, text ?? "", hit, messageKey, ct), // what WeChat heard in a voice is judged as a text
        };

        async Task<Answer?> ClosedMeanwhileAsync() => isOpen ? await OutsideAsync(by, message, text ?? "", hit, messageKey, ct) : null;
    }

    /// <summary>What somebody may do with their data works in a talk, too: the words for it, and what its dialogue waits for.</summary>
    private async Task<bool> IsForPrivacyAsync(int accountId, string text, CancellationToken ct)
        => words.Find(text) is { Words: var said } privacy && privacy.Command == PrivacyCommand.Name
                ? said.Length == 0 || content.IsOneOf("words.copy", said) || content.IsOneOf("words.correct", said) || content.IsOneOf("words.withdraw", said) || content.IsOneOf("words.erase", said)
            : (content.IsOneOf("words.confirm-erase", text) || content.IsOneOf("words.confirm-withdraw", text) || (text.Length <= MostNumber && text.All(char.IsLetterOrDigit) && text.Any(char.IsAsciiDigit)))
                && await dialogues.FindAsync(accountId, ct) is { } turn && turn.Command == PrivacyCommand.Name;

    private async Task<Answer?> OutsideAsync(KnownAccount by, InboundMessage message, string text, CrisisLevel? hit, string messageKey, CancellationToken ct)
    {
        if (hit is null)
        {
            return Rating(text) is { } rating && await intake.RateAsync(by.Id, rating, ct) ? sentences.Say("help-line.rated") : null;
        }

        if (hit == CrisisLevel.Life && options.OpensOnDanger)
        {
            var opened = await intake.BeginAsync(by.Id, messageKey, new HelpOpening(HelpTopic.Mind, HelpUrgency.Crisis, IsInDanger: true), ct);
            return opened.State == HelpState.Starting ? await StartingAsync(opened, message, text, hit, messageKey, ct) : await InDangerAsync(opened, message, messageKey, ct);
        }

        // Who types the word for the help line alone wants it.
        return words.Find(text) is { Command: HelpLineCommand.NameOf, Words.Length: 0 } ? null
            : sentences.Offer(new Turn(HelpLineCommand.NameOf, Offered, new Dictionary<string, string> { ["level"] = hit.Value.ToString() }));
    }

    private async Task<Answer?> RelayAsync(HelpCase open, InboundMessage message, string? text, CrisisLevel? hit, string messageKey, CancellationToken ct)
    {
        if (text is not null && content.IsOneOf("words.help-end", text))
        {
            await intake.LeaveAsync(open, ct);
            return sentences.Say("help-line.left");
        }

        if (InputOf(message) is not { } input)
        {
            return sentences.Say("help-line.not-sent") with { IsInCase = true };
        }

        if (hit == CrisisLevel.Life)
        {
            return await InDangerAsync(open, message, messageKey, ct);
        }

        var added = await intake.AddAsync(open, input, messageKey, await intake.IsUnexpectedAsync(open, ct) ? "help-line.got" : null, danger: false, ct);
        if (hit == CrisisLevel.HarmToMinor)
        {
            await intake.SuspectHarmAsync(open, ct);
        }

        return added.IsGone ? null : await sentences.HeardAsync(open, added.Answer, ct);
    }

    /// <summary>Whoever is hurt besides is laid before a supervisor, too.</summary>
    /// <returns>Null when the case was closed in this moment.</returns>
    private async Task<Answer?> InDangerAsync(HelpCase open, InboundMessage message, string messageKey, CancellationToken ct)
    {
        var added = await intake.AddAsync(open, InputOf(message)!, messageKey, "help-line.danger", danger: true, ct);
        if (content.Crisis.TellsOf((message as TextMessage)?.Content ?? (message as VoiceMessage)?.Recognition ?? "", CrisisLevel.HarmToMinor))
        {
            await intake.SuspectHarmAsync(open, ct);
        }

        return added.IsGone ? null : await sentences.HeardAsync(open, added.Answer, ct);
    }

    private async Task<Answer?> StartingAsync(HelpCase starting, InboundMessage message, string? text, CrisisLevel? hit, string messageKey, CancellationToken ct)
    {
        if (hit == CrisisLevel.Life)
        {
            return await InDangerAsync(await starts.FinishAsync(starting, ct), message, messageKey, ct);
        }

        if (text is not null && (content.IsOneOf("words.help-end", text) || words.Find(text) is { Command: "cancel", Words.Length: 0 }))
        {
            await intake.DropAsync(starting, ct);
            return sentences.Say("help-line.dropped");
        }

        // What tells of danger is no answer to a question, not even to the one for a name.
        if (text is not null && (starting.StepKey == messageKey || (hit is null && HelpChoices.Read(content, starting.Step, text) is not null)))
        {
            return await sentences.NextAsync(await starts.AnswerAsync(starting, HelpChoices.Read(content, starting.Step, text)?.Choice, messageKey, ct), ct);
        }

        // A word that is a command and nothing more works as ever; the question goes on waiting.
        if (text is not null && hit is null && words.Find(text) is { Words.Length: 0 })
        {
            return null;
        }

        if (InputOf(message) is not { } input)
        {
            return sentences.Say("help-line.not-sent");
        }

        var opened = await starts.FinishAsync(starting, ct);
        var added = await intake.AddAsync(opened, input, messageKey, "help-line.got", danger: false, ct);
        if (hit == CrisisLevel.HarmToMinor)
        {
            await intake.SuspectHarmAsync(opened, ct);
        }

        return added.IsGone ? null : await sentences.HeardAsync(opened, added.Answer, ct);
    }

    private int? Rating(string text)
        => content.IsOneOf("words.help-good", text) ? 3 : content.IsOneOf("words.help-fair", text) ? 2 : content.IsOneOf("words.help-bad", text) ? 1 : null;

    private static HelpInput? InputOf(InboundMessage message) => message switch
    {
        TextMessage { Content: { Length: > 0 } text } => HelpInput.Words(text),
        ImageMessage { MediaId.Length: > 0 } image => new HelpInput(HelpKind.Picture, new HelpBody("") { MediaId = image.MediaId }),
        VoiceMessage { MediaId.Length: > 0 } voice => new HelpInput(HelpKind.Voice, new HelpBody(voice.Recognition ?? "") { MediaId = voice.MediaId }),
        LocationMessage place => new HelpInput(HelpKind.Location, new HelpBody(place.Label) { Latitude = place.Latitude, Longitude = place.Longitude }),
        _ => null,
    };
}

/// <summary>Answers to the questions of the start, as typed.</summary>
internal static class HelpChoices
{
    private static readonly HelpUrgency[] Urgencies = [HelpUrgency.Crisis, HelpUrgency.Today, HelpUrgency.Soon, HelpUrgency.Calm];

    private static readonly HelpAge[] Ages = [HelpAge.Under14, HelpAge.From14To17, HelpAge.From18];

    /// <returns>Null for what is no answer to this question.</returns>
    public static ReadChoice? Read(ContentLibrary content, HelpStep step, string text)
    {
        if (content.IsOneOf("words.help-skip", text))
        {
            return new ReadChoice(null);
        }

        var said = Spoken.Normalise(text);
        var number = said is [>= '1' and <= '9' and var digit] ? digit - '1' : -1;
        return step switch
        {
            HelpStep.Topic when Topic(said, number) is { } topic => new ReadChoice(new HelpChoice(Topic: topic)),
            HelpStep.Urgency when number >= 0 && number < Urgencies.Length => new ReadChoice(new HelpChoice(Urgency: Urgencies[number])),
            HelpStep.Age when number >= 0 && number < Ages.Length => new ReadChoice(new HelpChoice(Age: Ages[number])),
            HelpStep.Name when said.Length is > 0 and <= HelpStarts.MostCalled => new ReadChoice(new HelpChoice(Called: text.Trim())),
            _ => null,
        };
    }

    private static HelpTopic? Topic(string said, int number)
        => number >= 0 && number < Enum.GetValues<HelpTopic>().Length ? (HelpTopic)number
            : Enum.GetValues<HelpTopic>().Where(t => t.Word() == said).Select(t => (HelpTopic?)t).FirstOrDefault();
}

/// <param name="Choice">Null for a question that is skipped.</param>
internal sealed record ReadChoice(HelpChoice? Choice);
