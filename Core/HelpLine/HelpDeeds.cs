using System.Security.Cryptography;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.HelpLine;

/// <summary>What a step says: a sentence of Content/replies.yaml with what is filled in.</summary>
internal sealed record HelpStepText(string Key, (string Name, string Value)[] Values)
{
    public static HelpStepText Of(string key, params (string Name, string Value)[] values) => new(key, values);

    public string In(ContentLibrary content) => content.Reply(Key, Values);
}

/// <summary>The team's words for topics, urgencies and outcomes.</summary>
public static class HelpTerms
{
    private static readonly string[] Topics = ["法律", "心理", "权益", "亲子", "学业", "欺凌", "侵害", "其他"];
    private static readonly string[] Urgencies = ["不急", "这几天", "今天", "危机"];
    private static readonly string[] Outcomes = ["已解答", "已转介", "对方没有再回复", "已脱离危险", "已按强制报告处理", "不属于服务范围", "已并入另一个个案"];

    public static string Word(this HelpTopic topic) => Topics[(int)topic];

    public static string Word(this HelpUrgency urgency) => Urgencies[(int)urgency];

    public static string Word(this HelpOutcome outcome) => Outcomes[(int)outcome];
}

/// <summary>Changes a case and puts the step on record, in one transaction; of two at once the second is told.</summary>
public sealed class HelpDeeds(BotDb db, CaseKeys keys, ContentLibrary content, TimeProvider clock)
{
    /// <param name="found">Tracked.</param>
    /// <param name="step">As the team reads it.</param>
    /// <param name="audit">What the audit says beside it; null for nothing.</param>
    /// <returns>The new version.</returns>
    internal async Task<Result<int>> DoAsync(
        HelpViewer viewer, HelpCase found, int version, HelpStepText step, Action<HelpCase> change, CancellationToken ct, string? formKey = null, HelpAlertKind? alert = null, string? audit = null)
    {
        using var key = keys.Open(found.KeyId);
        if (key is null)
        {
            return HelpCases.Erased;
        }

        var now = clock.GetUtcNow();
        var messageKey = formKey ?? RandomNumberGenerator.GetHexString(32, lowercase: true);
        if (formKey is not null && await db.HelpMessages.AnyAsync(m => m.CaseId == found.Id && m.MessageKey == formKey, ct))
        {
            return found.Version;
        }

        await using var transaction = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(ct) : null;

        // The statement takes the version; whoever was quicker has taken it already.
        if (await db.HelpCases.Where(c => c.Id == found.Id && c.Version == version).ExecuteUpdateAsync(set => set.SetProperty(c => c.Version, version + 1), ct) == 0)
        {
            return HelpReplies.Changed;
        }

        await db.Entry(found).ReloadAsync(ct);
        change(found);
        db.Add(new HelpMessage
        {
            CaseId = found.Id,
            At = now,
            Kind = HelpKind.Step,
            By = HelpSide.Staff,
            StaffId = viewer.StaffId,
            Sealed = key.Seal(new HelpBody(step.In(content)), messageKey),
            MessageKey = messageKey,
        });
        if (audit is not null)
        {
            db.Add(new AuditEntry { At = now, Actor = viewer.Login, Action = audit, Subject = $"case:{found.Id}", OrganisationId = found.AreaId });
        }

        await db.SaveChangesAsync(ct);
        if (alert is { } kind)
        {
            await HelpCalls.RaiseAsync(db, found.Id, kind, now, ct);
        }

        await (transaction?.CommitAsync(ct) ?? Task.CompletedTask);
        return found.Version;
    }
}
