using Bot.Core;
using Bot.Core.HelpLine;

namespace Bot.Server.HelpLine;

/// <summary>What the forms beside a thread carry; each fills in what its deed needs.</summary>
/// <param name="Version">Of the case as the page showed it.</param>
/// <param name="Seen">The newest message that the page showed.</param>
public sealed record HelpDeedForm(int Version, int? To, string? Text, string? Office, HelpTopic? Topic, HelpUrgency? Urgency, HelpOutcome? Outcome, int? Earlier, bool? Reported, string? FormKey, long Seen = 0);

/// <summary>The deeds of a case's page, each one button: what was chosen to the rule that knows, and its word for the page.</summary>
internal sealed class HelpCaseDeeds(HelpSteps steps, HelpDuties duties, HelpClosing closing, HelpReports reports, HelpReveals reveals)
{
    /// <summary>Said where the case is not open any more.</summary>
    public const string Closed = "closed";

    /// <returns>What is told on the next page; null where the form lacks what the deed needs, or there is no such deed.</returns>
    public async Task<Result<string>?> DoAsync(HelpViewer me, int id, string deed, HelpDeedForm form, CancellationToken ct)
    {
        var (version, text, key) = (form.Version, form.Text?.Trim() ?? "", form.FormKey ?? "");
        return deed switch
        {
            "take" => Told(await TakeAsync(me, id, version, ct), "assign"),
            "give-back" => Told(await steps.AssignAsync(me, id, version, null, ct), "assign"),
            "hand-over" when form.To is { } to => Told(await steps.AssignAsync(me, id, version, to, ct), "assign"),
            "note" => Told(await steps.NoteAsync(me, id, text, key, ct), "note"),
            "refer" => Told(await steps.ReferAsync(me, id, version, form.Office?.Trim() ?? "", text, key, ct), "refer"),
            "sort" when form is { Topic: { } topic, Urgency: { } urgency } => Told(await steps.SortAsync(me, id, version, topic, urgency, ct), "sort"),
            "close" when form.Outcome is { } outcome => await CloseAsync(me, id, version, form.Seen, outcome, ct),
            "keep-open" => Told(await closing.KeepOpenAsync(me, id, version, ct), "keep-open"),
            "reopen" => Told(await closing.ReopenAsync(me, id, version, ct), "reopen"),
            "merge" when form.Earlier is { } earlier => Told(await closing.MergeAsync(me, id, version, earlier, ct), "merge"),
            "report" => Told(await reports.OpenAsync(me, id, version, ct), "report"),
            "decide" when form.Reported is { } reported => Told(await reports.DecideAsync(me, id, version, reported, text, ct), "decided"),
            "ask" => Told(await reveals.AskAsync(me, id, text, ct), "ask"),
            "emergency" => Told(await reveals.EmergencyAsync(me, id, text, ct), "emergency"),
            _ => (Result<string>?)null,
        };
    }

    /// <summary>Whoever takes a case is there.</summary>
    public async Task<Result<int>> TakeAsync(HelpViewer me, int id, int version, CancellationToken ct)
    {
        var taken = await steps.AssignAsync(me, id, version, me.StaffId, ct);
        if (!taken.IsRefused(out _))
        {
            await duties.SetPresenceAsync(me, isAvailable: true, ct);
        }

        return taken;
    }

    private static Result<string> Told(Result<int> result, string told) => result.IsRefused(out var refusal) ? refusal : told;

    private async Task<Result<string>> CloseAsync(HelpViewer me, int id, int version, long seen, HelpOutcome outcome, CancellationToken ct)
        => (await closing.CloseAsync(me, id, version, seen, outcome, ct)).IsRefused(out var refusal, out var state) ? refusal : state == HelpState.Closed ? Closed : "asked";
}
