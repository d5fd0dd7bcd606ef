using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Roster;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.Privacy;
using Bot.Server.WeChat;

namespace Bot.Server.Roster;

/// <summary>"绑定": code, name, number, notice, consent; in one line, step by step, or begun by scanning a branch's code.</summary>
internal sealed class JoinCommand(Joining joining, JoinWishes wishes, OrganisationTree tree, PrivacyNotice notice, SiteOptions site, ContentLibrary content) : IBotCommand
{
    /// <summary>The step at which the dispatcher begins when a code was scanned; the words are then the code.</summary>
    public const string Scanned = "scanned";

    /// <summary>The step at which the dispatcher begins when a text is nothing but shaped like a code; an unknown one is not ours to answer.</summary>
    public const string Typed = "typed";

    private const string AtCode = "code";
    private const string AtName = "name";
    private const string AtNumber = "number";
    private const string AtConsent = "consent";
    private const int MaxName = 60;
    private const int MaxNumber = 64;

    /// <summary>Bytes of a path in a sentence: three of the longest names.</summary>
    private const int MaxPath = 600;

    public static string Name => "join";

    public Task<Answer> AnswerAsync(Asked asked, CancellationToken ct) => asked.Turn switch
    {
        null when asked.Words.Length == 0 => AskCodeAsync(asked, ct),
        null => AnswerLineAsync(asked, JoinLine.Read(asked.Words), ct),
        { Step: Scanned } turn => AnswerCodeAsync(asked, turn, asked.Words, ct),
        { Step: Typed } turn => AnswerTypedAsync(asked, turn, ct),
        { Step: AtCode } when content.IsOneOf("words.disagree", asked.Words) => Task.FromResult(Say("cancelled", null)),
        { Step: AtCode } turn when JoinCodes.Parse(asked.Words) is not null => AnswerCodeAsync(asked, turn, asked.Words, ct),
        { Step: AtCode } turn => JoinLine.Read(asked.Words) is { HasCode: true } line ? AnswerLineAsync(asked, line, ct) : AnswerCodeAsync(asked, turn, asked.Words, ct),
        { Step: AtName } turn => AnswerNameAsync(asked, turn, asked.Words, ct),
        { Step: AtNumber } turn => AnswerNumberAsync(asked, turn, asked.Words, ct),
        { Step: Turn.Late } => AnswerLateAsync(asked, ct),
        { } turn => AnswerConsentAsync(asked, turn, ct),
    };

    private async Task<Answer> AskCodeAsync(Asked asked, CancellationToken ct)
        => await joining.RefusedAsync(asked.By, ct) is { } refusal ? content.Refuse(refusal) : Say("join.ask-code", Next(AtCode, []));

    /// <summary>Code, then the name, then the number; what is missing is asked for.</summary>
    private async Task<Answer> AnswerLineAsync(Asked asked, JoinLine line, CancellationToken ct)
    {
        var answer = await AnswerCodeAsync(asked, Next(AtCode, []), line.Code, ct);
        if (line.Name.Length == 0 || answer.Waits is not { Step: AtName } named)
        {
            return answer;
        }

        answer = await AnswerNameAsync(asked, named, line.Name, ct);
        return line.Number.Length > 0 && answer.Waits is { Step: AtNumber } numbered ? await AnswerNumberAsync(asked, numbered, line.Number, ct) : answer;
    }

    /// <summary>An unknown code counts as a wrong try all the same: codes cannot be tried out this way either.</summary>
    private async Task<Answer> AnswerTypedAsync(Asked asked, Turn turn, CancellationToken ct)
        => await AnswerCodeAsync(asked, turn, asked.Words, ct) is var answer && answer.Waits is { Step: AtCode } ? Answer.NotMine : answer;

    private async Task<Answer> AnswerCodeAsync(Asked asked, Turn turn, string code, CancellationToken ct)
    {
        if ((await joining.FindAsync(asked.By, code, asked.MessageKey, ct)).IsRefused(out var refusal, out var organisation))
        {
            return refusal == Joining.CodeUnknown ? new Answer(content.Refuse(refusal), Next(AtCode, [])) : content.Refuse(refusal);
        }

        var said = new Dictionary<string, string> { ["organisation"] = organisation.Id.ToString(null, null) };
        if (turn.Step == Scanned)
        {
            said["scanned"] = "";
        }

        return Say("join.ask-name", Next(AtName, said), ("organisation", organisation.PathWithin(MaxPath)));
    }

    private async Task<Answer> AnswerNameAsync(Asked asked, Turn turn, string name, CancellationToken ct)
    {
        if (Names.Key(name).Length == 0 || name.Length > MaxName)
        {
            return Say("join.name-unclear", turn);
        }

        var said = new Dictionary<string, string>(turn.Said) { ["name"] = name };
        return turn.Said.ContainsKey("scanned") && !await joining.NeedsNumberAsync(asked.By, Claim(said), ct)
            ? await CheckAsync(asked, said, ct)
            : Say("join.ask-number", Next(AtNumber, said));
    }

    private Task<Answer> AnswerNumberAsync(Asked asked, Turn turn, string number, CancellationToken ct)
        => Names.Key(number).Length is 0 or > MaxNumber
            ? Task.FromResult(Say("join.ask-number", turn))
            : CheckAsync(asked, new Dictionary<string, string>(turn.Said) { ["number"] = number }, ct);

    private async Task<Answer> CheckAsync(Asked asked, Dictionary<string, string> said, CancellationToken ct)
    {
        if ((await joining.CheckAsync(asked.By, Claim(said), asked.MessageKey, ct)).IsRefused(out var refusal))
        {
            return content.Refuse(refusal);
        }

        var organisation = await FindAsync(said, ct);
        var version = notice.Version.ToString(null, null);
        var asks = Say(
            "join.consent",
            Next(AtConsent, new Dictionary<string, string>(said) { ["version"] = version }),
            ("name", said["name"]),
            ("organisation", organisation?.Path ?? ""),
            ("version", version),
            ("notice", notice.Find(PrivacyNotice.Roster)!.Text));
        return asks with { IfTooLong = Card(said["name"], organisation, version) };
    }

    private NewsReply Card(string name, TreeNode? organisation, string version) => new(
        content.Reply("join.consent.card", ("version", version)),
        content.Reply("join.consent.card-text", ("name", name), ("organisation", Shown(organisation))),
        "",
        site.At($"{PrivacyPageModel.NoticePath}#{PrivacyNotice.Roster}"));

    private async Task<Answer> AnswerConsentAsync(Asked asked, Turn turn, CancellationToken ct)
    {
        if (content.IsOneOf("words.disagree", asked.Words))
        {
            return Say("join.disagreed", null);
        }

        if (!content.IsOneOf("words.agree", asked.Words))
        {
            return Say("join.answer-please", turn);
        }

        var version = int.Parse(turn.Said["version"], null);
        var result = await wishes.BindAsync(asked.By, Claim(turn.Said), version, asked.MessageKey, ct);
        return result.IsRefused(out var refusal, out var outcome)
            ? content.Refuse(refusal)
            : Done(outcome, turn.Said["name"], await FindAsync(turn.Said, ct));
    }

    /// <summary>No dialogue waits: either this message has done its work already, or the person has taken more than ten minutes.</summary>
    private async Task<Answer> AnswerLateAsync(Asked asked, CancellationToken ct)
        => await wishes.FindDoneAsync(asked.By, asked.MessageKey, ct) is { } done
            ? Done(done.Outcome, done.Name ?? "", (await tree.AllAsync(ct)).Find(done.OrganisationId))
            : Say("join.nothing-waits", null);

    private Answer Done(JoinOutcome outcome, string name, TreeNode? organisation)
        => Say(outcome == JoinOutcome.Bound ? "join.bound" : "join.with-secretary", null, ("name", name), ("organisation", Shown(organisation)));

    private async Task<TreeNode?> FindAsync(IReadOnlyDictionary<string, string> said, CancellationToken ct)
        => (await tree.AllAsync(ct)).Find(int.Parse(said["organisation"], null));

    private static string Shown(TreeNode? organisation) => organisation?.PathWithin(MaxPath) ?? "";

    private static JoinClaim Claim(IReadOnlyDictionary<string, string> said)
        => new(int.Parse(said["organisation"], null), said["name"], said.GetValueOrDefault("number"));

    private Answer Say(string key, Turn? waits, params ReadOnlySpan<(string Name, string Value)> values) => new(Reply.Text(content.Reply(key, values)), waits);

    private static Turn Next(string step, Dictionary<string, string> said) => new("join", step, said);
}
