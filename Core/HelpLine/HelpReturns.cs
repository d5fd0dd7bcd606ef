using System.Security.Cryptography;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Bot.Core.HelpLine;

/// <summary>Gives cases back to the queue whose counsellor has left, may not read them any more, or is away while the person waits too long; and to an area that there is.</summary>
/// <remarks>Who has gone since their last answer gives the case back as soon as its person writes; who never said anything, once an answer is late.</remarks>
public sealed partial class HelpReturns(IDbContextFactory<BotDb> databases, CaseKeys keys, ContentLibrary content, OrganisationTree tree, TimeProvider clock, ILogger<HelpReturns> logger)
{
    /// <summary>Who forgets to say that they go home is taken to have gone after this; a session does not last longer.</summary>
    private static readonly TimeSpan LongestPresence = TimeSpan.FromHours(12);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var now = clock.GetUtcNow();
        var forgotten = now - LongestPresence;
        await db.HelpPresences.Where(p => p.IsAvailable && p.Since < forgotten).ExecuteUpdateAsync(set => set.SetProperty(p => p.IsAvailable, false).SetProperty(p => p.Since, now), ct);
        var alone = await db.HelpCases.AsNoTracking().Where(c => c.State == HelpState.Open && c.AssignedId != null
            && (!db.Users.Any(u => u.Id == c.AssignedId && u.LeftAt == null)
                || !db.HelpTeamMembers.Any(m => m.StaffId == c.AssignedId && m.Topic == c.Topic && db.OrganisationAncestors.Any(o => o.OrganisationId == c.AreaId && o.AncestorId == m.OrganisationId))
                || !db.StaffAssignments.Any(a => a.StaffId == c.AssignedId && (a.Role == StaffRole.Counsellor || a.Role == StaffRole.DutySupervisor))
                || (c.WaitingSince != null && c.NextDueAt <= now && !db.HelpPresences.Any(p => p.StaffId == c.AssignedId && p.IsAvailable))
                || (c.WaitingSince != null && db.HelpPresences.Any(p => p.StaffId == c.AssignedId && !p.IsAvailable && p.Since >= c.LastOutboundAt)))).Take(100).ToListAsync(ct);
        foreach (var of in alone)
        {
            try
            {
                await ReturnAsync(db, of, now, ct);
            }
            catch (Exception e) when (e is CryptographicException or IOException or DbUpdateException)
            {
                db.ChangeTracker.Clear();
                LogStuck(logger, of.Id, e.GetType().Name); // one that cannot be given back holds up none of the others
            }
        }

        await MoveAsync(db, ct);
    }

    private async Task ReturnAsync(BotDb db, HelpCase of, DateTimeOffset now, CancellationToken ct)
    {
        using var key = keys.Open(of.KeyId);
        if (key is null)
        {
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await db.HelpCases.Where(c => c.Id == of.Id && c.Version == of.Version && c.AssignedId == of.AssignedId)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.AssignedId, (int?)null).SetProperty(c => c.Version, of.Version + 1), ct) > 0)
        {
            var messageKey = RandomNumberGenerator.GetHexString(32, lowercase: true);
            db.Add(new HelpMessage
            {
                CaseId = of.Id,
                At = now,
                Kind = HelpKind.Step,
                By = HelpSide.Bot,
                Sealed = key.Seal(new HelpBody(content.Reply("help-step.returned")), messageKey),
                MessageKey = messageKey,
            });
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }
    }

    /// <summary>An organisation that has closed serves nobody: what stands in for it does.</summary>
    private async Task MoveAsync(BotDb db, CancellationToken ct)
    {
        var all = await tree.AllAsync(ct);
        foreach (var area in await db.HelpCases.Where(c => c.State <= HelpState.Open).Select(c => c.AreaId).Distinct().ToListAsync(ct))
        {
            if (all.Find(area) is null && (all.FindStandIn(area) ?? all.Nodes.FirstOrDefault()) is { } other)
            {
                await db.HelpCases.Where(c => c.State <= HelpState.Open && c.AreaId == area).ExecuteUpdateAsync(set => set.SetProperty(c => c.AreaId, other.Id), ct);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Case {Case} cannot be given back: {Fault}.")]
    private static partial void LogStuck(ILogger logger, int @case, string fault);
}
