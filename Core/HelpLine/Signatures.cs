using Bot.Core.Pushes;
using Bot.Core.Staff;

namespace Bot.Core.HelpLine;

/// <summary>Somebody of the help line's staff and what they may, read afresh with every request.</summary>
/// <param name="CounsellorTops">Of the role Counsellor; a case is read only by the team of its topic besides.</param>
public sealed record HelpViewer(
    int StaffId, string Login, IReadOnlyList<int> CounsellorTops, IReadOnlyList<int> SupervisorTops, IReadOnlyList<int> CustodianTops, IReadOnlyList<HelpTeam> Teams)
{
    /// <summary>Sees queues: counsellors and duty supervisors.</summary>
    public bool SeesQueues => CounsellorTops.Count > 0 || SupervisorTops.Count > 0;

    public bool IsSupervisor => SupervisorTops.Count > 0;

    public bool IsCustodian => CustodianTops.Count > 0;
}

public sealed record HelpTeam(int OrganisationId, HelpTopic Topic);

public sealed class HelpScope
{
    /// <returns>Null for who is neither counsellor nor duty supervisor nor custodian.</returns>
    public Task<HelpViewer?> OfAsync(Viewer viewer, CancellationToken ct) => throw new NotImplementedException();
}

public enum HelpQueue
{
    /// <summary>Open, nobody has them.</summary>
    Unassigned,

    /// <summary>Open, mine.</summary>
    Mine,

    /// <summary>All open ones of my teams.</summary>
    Open,

    /// <summary>Closed, not erased.</summary>
    Closed,
}

/// <summary>A line of a list: never a word of what was said.</summary>
/// <param name="Area">Its path.</param>
/// <param name="Assigned">Login; null while nobody has it.</param>
/// <param name="MayRead">False for a supervisor who is not in the topic's team.</param>
public sealed record HelpRow(
    int Id, string Alias, HelpTopic Topic, HelpUrgency Urgency, HelpAge Age, int AreaId, string Area, int? AssignedId, string? Assigned, HelpState State, HelpOutcome? Outcome,
    DateTimeOffset OpenedAt, DateTimeOffset LastInboundAt, DateTimeOffset? WaitingSince, HelpClock Clock, DateTimeOffset? NextDueAt, DateTimeOffset? ClosedAt, bool HasLeft,
    HelpReportState Report, DateTimeOffset? ReportDueAt, string? CloseAskedBy, HelpOutcome? CloseOutcome, int? AlertId, HelpAlertKind? Alert, bool MayRead, int Version);

/// <param name="OldestWaiting">Since when the longest waiting person waits.</param>
/// <param name="UnderHour">Open cases by age.</param>
public sealed record HelpCounts(int Open, int Unassigned, int Mine, int Overdue, int Crises, int Alerts, int UnderHour, int UnderDay, int UnderWeek, int Older, DateTimeOffset? OldestWaiting);

public sealed class HelpInbox
{
    /// <summary>Triage order: crises, then what is overdue, then the more urgent, then who has waited longest.</summary>
    public Task<IReadOnlyList<HelpRow>> ListAsync(HelpViewer viewer, HelpQueue queue, HelpTopic? topic, int? areaId, int rows, CancellationToken ct) => throw new NotImplementedException();

    public Task<HelpCounts> CountAsync(HelpViewer viewer, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Whom a case can be given to: its team, with who is available.</summary>
    public Task<IReadOnlyList<HelpColleague>> TeamOfAsync(HelpViewer viewer, int caseId, CancellationToken ct) => throw new NotImplementedException();
}

public sealed record HelpColleague(int StaffId, string Login, bool IsAvailable, int OpenCases);

/// <param name="Staff">Login of who wrote it.</param>
/// <param name="Delivered">Of a reply of the staff: where it stands.</param>
public sealed record HelpEntry(
    long Id, DateTimeOffset At, HelpKind Kind, HelpSide By, string? Staff, string Text, HelpMediaState Media, OutboxState? Delivered, decimal? Latitude, decimal? Longitude);

/// <summary>What WeChat still lets out.</summary>
/// <param name="Until">UTC; null once the 48 hours are over.</param>
/// <param name="Left">Messages; 0 when the window or the budget is used up: replies are then parked.</param>
public sealed record HelpWindow(DateTimeOffset? Until, int Left);

/// <param name="Called">What the person wants to be called.</param>
/// <param name="Entries">Oldest first.</param>
/// <param name="Earlier">Other cases of the same alias, newest first; those of other teams cannot be opened.</param>
public sealed record HelpThread(HelpRow Case, string? Called, IReadOnlyList<HelpEntry> Entries, HelpWindow Window, IReadOnlyList<HelpRow> Earlier);

/// <param name="ContentType">image/jpeg, image/png, image/gif, audio/amr or audio/mpeg; octet-stream for anything else.</param>
public sealed record HelpFile(byte[] Bytes, string ContentType);

public sealed class HelpCases
{
    /// <summary>Writes that the viewer reads it, then unseals it.</summary>
    public Task<Result<HelpThread>> ReadAsync(HelpViewer viewer, int caseId, CancellationToken ct) => throw new NotImplementedException();

    /// <inheritdoc cref="ReadAsync"/>
    public Task<Result<HelpFile>> MediaAsync(HelpViewer viewer, int caseId, long messageId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Number of the newest message, to be asked again and again: nothing is unsealed.</summary>
    public Task<Result<HelpPulse>> PulseAsync(HelpViewer viewer, int caseId, CancellationToken ct) => throw new NotImplementedException();
}

public sealed record HelpPulse(long LastMessageId, int Version, HelpWindow Window, int Parked);

public sealed class HelpReplies
{
    /// <summary>1–600 characters. Takes the case where nobody has it.</summary>
    /// <param name="version">Of the case as the page showed it; another one meanwhile: <c>help.changed</c>.</param>
    /// <param name="formKey">Made with the form: a repeat sends nothing twice.</param>
    public Task<Result<HelpPulse>> SendAsync(HelpViewer viewer, int caseId, int version, string text, string formKey, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Shows the person that an answer is being written; at most every ten seconds, and never a fault where WeChat does not want it.</summary>
    public Task<Result<bool>> TypingAsync(HelpViewer viewer, int caseId, CancellationToken ct) => throw new NotImplementedException();
}

public sealed class HelpSteps
{
    /// <param name="staffId">Of the case's team; null gives it back to the queue.</param>
    public Task<Result<int>> AssignAsync(HelpViewer viewer, int caseId, int version, int? staffId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>1–2,000 characters; the person never sees it.</summary>
    public Task<Result<int>> NoteAsync(HelpViewer viewer, int caseId, string text, string formKey, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>To an office outside: a court, hospital, school.</summary>
    public Task<Result<int>> ReferAsync(HelpViewer viewer, int caseId, int version, string office, string note, string formKey, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Another topic is another team: the case then belongs to nobody until one takes it.</summary>
    public Task<Result<int>> SortAsync(HelpViewer viewer, int caseId, int version, HelpTopic topic, HelpUrgency urgency, CancellationToken ct) => throw new NotImplementedException();
}

public sealed class HelpClosing
{
    /// <summary>Closes; of a crisis the first person asks and the second closes, with the same outcome.</summary>
    public Task<Result<HelpState>> CloseAsync(HelpViewer viewer, int caseId, int version, HelpOutcome outcome, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Takes back that closing was asked for.</summary>
    public Task<Result<int>> KeepOpenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct) => throw new NotImplementedException();

    public Task<Result<int>> ReopenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Takes what an earlier, closed case of the same alias holds into this one.</summary>
    public Task<Result<int>> MergeAsync(HelpViewer viewer, int caseId, int version, int earlierId, CancellationToken ct) => throw new NotImplementedException();
}

public sealed class HelpReports
{
    /// <summary>Harm to a minor is suspected: a supervisor has to decide.</summary>
    public Task<Result<int>> OpenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>By a duty supervisor of the area, in the team; what was decided and why, 2–2,000 characters.</summary>
    public Task<Result<int>> DecideAsync(HelpViewer viewer, int caseId, int version, bool reported, string text, CancellationToken ct) => throw new NotImplementedException();
}

/// <param name="Reason">Only for who asked and for custodians, who are then in the read log; null elsewhere, and once the case is erased.</param>
public sealed record HelpRevealRow(int Id, int CaseId, string Alias, HelpTopic Topic, string Area, string AskedBy, DateTimeOffset AskedAt, HelpRevealState State, string? DecidedBy, DateTimeOffset? DecidedAt, DateTimeOffset? ReviewDueAt, string? Reason);

/// <summary>As far as the roster knows; all null for somebody who never joined a branch.</summary>
public sealed record HelpPerson(string? Name, string? Phone, string? Branch, DateOnly? BirthDate);

public sealed class HelpReveals
{
    /// <summary>2–500 characters.</summary>
    public Task<Result<int>> AskAsync(HelpViewer viewer, int caseId, string reason, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>A custodian's: what waits first, then newest first. With reasons, and a row in the read log for each.</summary>
    public Task<IReadOnlyList<HelpRevealRow>> ListAsync(HelpViewer viewer, int rows, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Of one case, for its readers; without reasons.</summary>
    public Task<IReadOnlyList<HelpRevealRow>> OfCaseAsync(HelpViewer viewer, int caseId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>By a custodian of the area who did not ask; of an emergency it is the review.</summary>
    public Task<Result<HelpRevealState>> DecideAsync(HelpViewer viewer, int revealId, bool agrees, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Who it is, to whom asked and was granted it, for 24 hours; noted in the read log.</summary>
    public Task<Result<HelpPerson>> PersonAsync(HelpViewer viewer, int revealId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>A supervisor of the area, in the team, at once, where a life is at stake: only of a crisis.</summary>
    public Task<Result<int>> EmergencyAsync(HelpViewer viewer, int caseId, string reason, CancellationToken ct) => throw new NotImplementedException();
}

public sealed record HelpAlertRow(int Id, int CaseId, string Alias, HelpTopic Topic, string Area, HelpAlertKind Kind, DateTimeOffset RaisedAt, int Level, bool MayRead);

public sealed class HelpAlerts
{
    /// <summary>Open alerts of the viewer's areas and teams, crises first.</summary>
    public Task<IReadOnlyList<HelpAlertRow>> OpenAsync(HelpViewer viewer, CancellationToken ct) => throw new NotImplementedException();

    public Task<Result<int>> AcknowledgeAsync(HelpViewer viewer, int alertId, CancellationToken ct) => throw new NotImplementedException();
}

/// <param name="Topic">Null for all.</param>
/// <param name="IsLinked">A WeChat account is linked: alerts can be sent there.</param>
public sealed record HelpDutyRow(int Id, int StaffId, string Login, string Organisation, HelpTopic? Topic, DateTimeOffset BeginsAt, DateTimeOffset EndsAt, bool IsSupervisor, bool IsLinked, HelpWindow? Window, int Credits);

/// <param name="Window">Of the linked account; null for none.</param>
public sealed record HelpStaffRow(int StaffId, string Login, bool IsAvailable, DateTimeOffset? Since, bool IsCounsellor, bool IsSupervisor, bool IsLinked, HelpWindow? Window, int Credits, IReadOnlyList<HelpTeam> Teams);

public sealed class HelpDuties
{
    public Task<IReadOnlyList<HelpDutyRow>> ListAsync(HelpViewer viewer, DateTimeOffset from, DateTimeOffset until, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>By a supervisor of the organisation; 16 hours at most, not longer than 60 days ahead.</summary>
    public Task<Result<int>> AddAsync(HelpViewer viewer, int staffId, int organisationId, HelpTopic? topic, DateTimeOffset beginsAt, DateTimeOffset endsAt, bool isSupervisor, CancellationToken ct) => throw new NotImplementedException();

    public Task<Result<int>> RemoveAsync(HelpViewer viewer, int dutyId, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>One's own. Who goes gives back what waits for an answer.</summary>
    public Task SetPresenceAsync(HelpViewer viewer, bool isAvailable, CancellationToken ct) => throw new NotImplementedException();

    public Task<bool> IsAvailableAsync(HelpViewer viewer, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Counsellors and supervisors of the viewer's areas.</summary>
    public Task<IReadOnlyList<HelpStaffRow>> StaffAsync(HelpViewer viewer, CancellationToken ct) => throw new NotImplementedException();
}

public sealed class HelpTeams
{
    /// <summary>By a supervisor of the organisation, for a counsellor or supervisor there; replaces the topics of this person there.</summary>
    public Task<Result<int>> SetAsync(HelpViewer viewer, int staffId, int organisationId, IReadOnlyCollection<HelpTopic> topics, CancellationToken ct) => throw new NotImplementedException();
}

public sealed record HelpReadRow(long Id, DateTimeOffset At, string Login, int CaseId, string Alias, HelpTopic Topic, string Area, HelpReadOf What, string By);

public sealed class HelpReadLog
{
    /// <summary>For supervisors, of their areas; newest first.</summary>
    public Task<Result<IReadOnlyList<HelpReadRow>>> ListAsync(HelpViewer viewer, DateOnly from, DateOnly to, int? caseId, string? login, int rows, CancellationToken ct) => throw new NotImplementedException();
}

/// <param name="Count">Null where it is suppressed: fewer than five.</param>
public sealed record HelpFigure(string Key, int? Count);

/// <param name="Cases">Null under five.</param>
/// <param name="ByTopic">Keys are names of <see cref="HelpTopic"/>; likewise the others; areas by path.</param>
/// <param name="MedianFirstAnswer">Null under five.</param>
public sealed record HelpFigures(int? Cases, IReadOnlyList<HelpFigure> ByTopic, IReadOnlyList<HelpFigure> ByAge, IReadOnlyList<HelpFigure> ByArea, IReadOnlyList<HelpFigure> ByOutcome, IReadOnlyList<HelpFigure> BySatisfaction, TimeSpan? MedianFirstAnswer);

public sealed class HelpStatistics
{
    /// <summary>Of cases begun within these days, inclusive, in the viewer's areas; supervisors only.</summary>
    public Task<Result<HelpFigures>> ReadAsync(HelpViewer viewer, DateOnly from, DateOnly to, CancellationToken ct) => throw new NotImplementedException();
}
