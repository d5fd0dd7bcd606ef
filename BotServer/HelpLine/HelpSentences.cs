using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.HelpLine;

/// <summary>What the help line says in the chat; wording is in Content/. No push goes with it.</summary>
internal sealed class HelpSentences(ContentLibrary content, HelpPolicy policy, HelpIntake intake, TimeProvider clock)
{
    /// <summary>So many before somebody are said to take hours.</summary>
    private const int Long = 20;

    public Answer Say(string key, params ReadOnlySpan<(string Name, string Value)> values) => new(Reply.Text(content.Reply(key, values))) { IsAlone = true };

    public Answer Offer(Turn waits) => Say("help-line.offer", ("numbers", Numbers)) with { Waits = waits };

    /// <summary>To a case that begins, or goes on beginning.</summary>
    public async Task<Answer> BegunAsync(HelpCase begun, CancellationToken ct) => begun switch
    {
        { State: HelpState.Open } => Say("help-line.again", ("wait", await WaitAsync(begun, ct))),
        { Step: HelpStep.Topic } => Say("help-line.intro", ("days", Number(policy.UsualDays)), ("most", Number(policy.MostDays)), ("numbers", Numbers), ("question", content.Reply("help-line.ask-topic"))),
        _ => await NextAsync(begun, ct),
    };

    /// <summary>The question that comes next, or that it is done.</summary>
    public async Task<Answer> NextAsync(HelpCase begun, CancellationToken ct) => begun switch
    {
        { State: HelpState.Open, Urgency: HelpUrgency.Crisis } => Say("help-line.danger", ("numbers", Numbers)),
        { State: HelpState.Open } => Say("help-line.opened", ("alias", begun.Alias), ("wait", await WaitAsync(begun, ct))),
        { Step: HelpStep.Urgency } => Say("help-line.ask-urgency"),
        { Step: HelpStep.Age } => Say("help-line.ask-age"),
        { Step: HelpStep.Name } => Say("help-line.ask-name"),
        _ => Say("help-line.ask-topic"),
    };

    /// <summary>The sentence that a message is answered with, by its key.</summary>
    public async Task<Answer> HeardAsync(HelpCase to, string? key, CancellationToken ct) => key switch
    {
        null => new Answer(Reply.Nothing) { IsAlone = true, IsInCase = true },
        "help-line.danger" => Say(key, ("numbers", Numbers)) with { IsInCase = true },
        _ => Say(key, ("wait", await WaitAsync(to, ct))) with { IsInCase = true },
    };

    private string Numbers => string.Join('\n', policy.Numbers.Select(n => content.Reply("help-line.number", ("number", n.Number), ("name", n.Name), ("hours", n.Hours))));

    /// <summary>As it is: nobody is told that it goes fast when it does not.</summary>
    private async Task<string> WaitAsync(HelpCase of, CancellationToken ct)
    {
        var wait = await intake.WaitAsync(of, ct);
        return !wait.IsOffice ? content.Reply("help-line.wait-closed", ("at", ChinaTime.Say(wait.OfficeAt, clock.GetUtcNow())))
            : wait.Ahead == 0 ? content.Reply("help-line.wait-free", ("minutes", Number((int)policy.First.TotalMinutes)))
            : content.Reply(wait.Ahead > Long ? "help-line.wait-long" : "help-line.wait-queue", ("ahead", Number(wait.Ahead)));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
