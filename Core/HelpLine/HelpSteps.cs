using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>What the team does with a case, apart from answering. Each step is a sealed row of the case: it reads as one thread.</summary>
public sealed class HelpSteps(BotDb db, HelpScope scope, HelpDeeds deeds, CaseKeys keys, HelpPolicy policy, TimeProvider clock)
{
    public const int MostNote = 2_000;

    private const int MostOffice = 100;

    /// <param name="staffId">Of the case's team; null gives it back to the queue.</param>
    public async Task<Result<int>> AssignAsync(HelpViewer viewer, int caseId, int version, int? staffId, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        if (scoped.Case.State != HelpState.Open)
        {
            return HelpReplies.Closed;
        }

        string? login = null;
        if (staffId is { } id)
        {
            login = await db.Users.Where(u => u.Id == id && u.LeftAt == null).Select(u => u.UserName).FirstOrDefaultAsync(ct);
            if (login is null || await scope.OfStaffAsync(id, login, ct) is not { } other || !HelpScope.MayRead(scoped.Tree, other, scoped.Case.AreaId, scoped.Case.Topic))
            {
                return HelpTeams.NotMember;
            }
        }

        var step = login is null ? HelpStepText.Of("help-step.given-back") : HelpStepText.Of(staffId == viewer.StaffId ? "help-step.taken" : "help-step.handed-over", ("to", login));
        return await deeds.DoAsync(viewer, scoped.Case, version, step, c => c.AssignedId = staffId, ct);
    }

    /// <summary>1–2,000 characters; the person never sees it.</summary>
    public async Task<Result<int>> NoteAsync(HelpViewer viewer, int caseId, string text, string formKey, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var words = text.Trim();
        if (words.Length is 0 or > MostNote || formKey.Length is 0 or > 64)
        {
            return HelpReplies.TextLength;
        }

        using var key = keys.Open(scoped.Case.KeyId);
        if (key is null)
        {
            return HelpCases.Erased;
        }

        db.Add(new HelpMessage
        {
            CaseId = caseId,
            At = clock.GetUtcNow(),
            Kind = HelpKind.Note,
            By = HelpSide.Staff,
            StaffId = viewer.StaffId,
            Sealed = key.Seal(new HelpBody(words), formKey),
            MessageKey = formKey,
        });
        await db.TrySaveNewAsync(ct); // a repeat of the form adds nothing
        return scoped.Case.Version;
    }

    /// <summary>To an office outside: a court, hospital, school. A record, nothing is sent there.</summary>
    public async Task<Result<int>> ReferAsync(HelpViewer viewer, int caseId, int version, string office, string note, string formKey, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var (to, words) = (office.Trim(), note.Trim());
        if (to.Length is 0 or > MostOffice || words.Length > MostNote || formKey.Length is 0 or > 64)
        {
            return HelpReplies.TextLength;
        }

        return await deeds.DoAsync(viewer, scoped.Case, version, HelpStepText.Of("help-step.referred", ("to", to), ("note", words)), _ => { }, ct, formKey);
    }

    /// <summary>Another topic is another team: the case then belongs to nobody until one takes it. Making it a crisis alerts; a crisis stays one.</summary>
    public async Task<Result<int>> SortAsync(HelpViewer viewer, int caseId, int version, HelpTopic topic, HelpUrgency urgency, CancellationToken ct)
    {
        if ((await scope.ReadableAsync(viewer, caseId, ct)).IsRefused(out var refusal, out var scoped))
        {
            return refusal;
        }

        var found = scoped.Case;
        if (found.State != HelpState.Open || !Enum.IsDefined(topic) || !Enum.IsDefined(urgency))
        {
            return HelpReplies.Closed;
        }

        var (isOther, isNew) = (topic != found.Topic, urgency == HelpUrgency.Crisis && found.Urgency != HelpUrgency.Crisis);
        var graver = found.Urgency == HelpUrgency.Crisis ? HelpUrgency.Crisis : urgency;
        var now = clock.GetUtcNow();
        return await deeds.DoAsync(viewer, found, version, HelpStepText.Of("help-step.sorted", ("topic", topic.Word()), ("urgency", graver.Word())), c =>
        {
            (c.Topic, c.Urgency) = (topic, graver);
            c.AssignedId = isOther ? null : c.AssignedId;
            if (isNew && c.WaitingSince is not null)
            {
                c.NextDueAt = now + policy.Crisis;
            }
        }, ct, alert: isNew ? HelpAlertKind.Crisis : null);
    }
}
