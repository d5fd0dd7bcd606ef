using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>强制报告: where harm to a minor is suspected a supervisor decides, in time and on record. What it says to the staff stands in Content/helpline/report.yaml, to be confirmed by counsel.</summary>
public sealed class HelpReports(BotDb db, HelpScope scope, HelpDeeds deeds, HelpPolicy policy, TimeProvider clock)
{
    public static readonly Refusal NotOpen = new(RefusalKind.Conflict, "help.report-not-open", "No report waits for a decision, or one does already.");

    /// <summary>Harm to a minor is suspected: a supervisor has to decide.</summary>
    public async Task<Result<int>> OpenAsync(HelpViewer viewer, int caseId, int version, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        if (scoped.Case is not { State: HelpState.Open, Report: not HelpReportState.Open })
        {
            return NotOpen;
        }

        var due = clock.GetUtcNow() + policy.Report;
        return await deeds.DoAsync(
            viewer, scoped.Case, version, HelpStepText.Of("help-step.report-opened"), c => (c.Report, c.ReportDueAt) = (HelpReportState.Open, due), ct, alert: HelpAlertKind.Report, audit: "help.report-opened");
    }

    /// <summary>By a duty supervisor of the area, in the team; what was decided and why, 2–2,000 characters.</summary>
    public async Task<Result<int>> DecideAsync(HelpViewer viewer, int caseId, int version, bool reported, string text, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var words = text.Trim();
        if (!HelpScope.Supervises(scoped.Tree, viewer, scoped.Case.AreaId))
        {
            return HelpScope.SupervisorOnly;
        }

        if (scoped.Case.Report != HelpReportState.Open)
        {
            return NotOpen;
        }

        if (words.Length is < 2 or > HelpSteps.MostNote)
        {
            return HelpReplies.TextLength;
        }

        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var decided = await deeds.DoAsync(
            viewer, scoped.Case, version, HelpStepText.Of(reported ? "help-step.reported" : "help-step.not-reported", ("note", words)),
            c => (c.Report, c.ReportDueAt) = (reported ? HelpReportState.Reported : HelpReportState.NotReported, null), ct, audit: reported ? "help.reported" : "help.not-reported");
        if (!decided.IsRefused(out _))
        {
            await db.HelpAlerts.Where(a => a.CaseId == caseId && a.AcknowledgedAt == null && a.Kind == HelpAlertKind.Report)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.AcknowledgedAt, now).SetProperty(a => a.AcknowledgedBy, viewer.StaffId), ct);
            await transaction.CommitAsync(ct);
        }

        return decided;
    }

    /// <summary>Opened by what the person said, without anybody's step.</summary>
    internal static async Task BeginAsync(BotDb db, int caseId, DateTimeOffset due, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.HelpCases.Where(c => c.Id == caseId && c.State == HelpState.Open && c.Report == HelpReportState.None)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Report, HelpReportState.Open).SetProperty(c => c.ReportDueAt, due), ct) > 0)
        {
            await HelpCalls.RaiseAsync(db, caseId, HelpAlertKind.Report, now, ct);
        }
    }
}
