using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Replies;

/// <summary>What editors make of texts that nothing answers. They see what three different people have said, and never a name of the roster.</summary>
public sealed class UnansweredTexts(BotDb db, ReplyChanges changes, ContentLibrary content, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "unanswered.not-found", "No such text for this viewer, or decided already.");
    public static readonly Refusal Masked = new(RefusalKind.Invalid, "unanswered.masked", "A part of it was hidden, so it is no word.");

    public const int KeptDays = 30;

    /// <summary>Of newly reached ones; the others are looked at with the next opening.</summary>
    private const int SettledAtOnce = 50;

    /// <summary>Latest first.</summary>
    public async Task<FirstRows<UnansweredText>> ListAsync(Viewer viewer, int rows, CancellationToken ct)
    {
        if (!ReplyChanges.May(viewer))
        {
            return FirstRows<UnansweredText>.None;
        }

        await SettleAsync(ct);
        return await db.UnansweredTexts.AsNoTracking().Where(t => t.State == UnansweredState.Shown).OrderByDescending(t => t.LastOn).ThenByDescending(t => t.Id).FirstRowsAsync(rows, texts => texts, ct);
    }

    /// <summary>Proposes it as a word of a command; the approver decides as about any change.</summary>
    /// <returns>Null when it waits for an approver now.</returns>
    public async Task<ContentFault?> ProposeAsync(Viewer viewer, int id, string command, CancellationToken ct)
    {
        var text = await db.UnansweredTexts.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id && t.State == UnansweredState.Shown, ct);
        if (!viewer.EditsReplies || text is null)
        {
            return new(NotFound);
        }

        if (text.Text.Contains(UnansweredMask.Opens))
        {
            return new(Masked);
        }

        var key = ContentKey.Words(command);
        var now = await ReplyOverlay.ReadAsync(db, content.Defaults, ct);
        if (now.TextOf(key) is not { } words)
        {
            return new(NotFound);
        }

        var fault = await changes.ProposeAsync(viewer, key, words + "\n" + text.Text, seen: null, ct);
        if (fault is null)
        {
            await MoveAsync(id, UnansweredState.Proposed, ct);
        }

        return fault;
    }

    public async Task<Result<bool>> DismissAsync(Viewer viewer, int id, CancellationToken ct)
    {
        if (!viewer.EditsReplies)
        {
            return NotFound;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await MoveAsync(id, UnansweredState.Dismissed, ct))
        {
            return NotFound;
        }

        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = viewer.Actor, Action = "unanswered.dismissed", Subject = $"unanswered:{id}" });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Forgets who said what, and texts that nobody has said for 30 days, whatever became of them.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        var since = ChinaTime.DateOf(clock.GetUtcNow()).AddDays(-KeptDays);
        await db.UnansweredMarks.Where(m => m.SaidOn < since).ExecuteDeleteAsync(ct);
        await db.UnansweredTexts.Where(t => t.LastOn < since).ExecuteDeleteAsync(ct);
    }

    /// <summary>
    /// Three people may have typed somebody's name, alone or in a sentence: what holds one of the roster's is never shown, though it may hide a word
    /// that somebody is called by. Asked once a text: the roster has no index for it.
    /// </summary>
    private async Task SettleAsync(CancellationToken ct)
    {
        var fresh = await db.UnansweredTexts.AsNoTracking().Where(t => t.State == UnansweredState.Collected && t.People >= UnansweredWriter.EnoughPeople)
            .OrderBy(t => t.Id).Take(SettledAtOnce).Select(t => new { t.Id, t.Text }).ToListAsync(ct);
        if (fresh.Count == 0)
        {
            return;
        }

        var parts = fresh.ToDictionary(t => t.Id, t => PossibleNames(Names.Key(t.Text)));
        var keys = parts.Values.SelectMany(p => p).Distinct().ToList();
        var names = (await db.People.AsNoTracking().Where(p => p.NameKey != null && keys.Contains(p.NameKey)).Select(p => p.NameKey!).Distinct().ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        foreach (var group in fresh.GroupBy(t => parts[t.Id].Any(names.Contains)))
        {
            var (ids, state) = (group.Select(t => t.Id).ToList(), group.Key ? UnansweredState.Name : UnansweredState.Shown);
            await db.UnansweredTexts.Where(t => ids.Contains(t.Id) && t.State == UnansweredState.Collected).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, state), ct);
        }
    }

    /// <summary>The whole, and each run of 2 to 6 characters.</summary>
    private static List<string> PossibleNames(string text)
        => [text, .. Enumerable.Range(2, 5).SelectMany(length => Enumerable.Range(0, Math.Max(0, text.Length - length + 1)).Select(at => text.Substring(at, length)))];

    private async Task<bool> MoveAsync(int id, UnansweredState state, CancellationToken ct)
        => await db.UnansweredTexts.Where(t => t.Id == id && t.State == UnansweredState.Shown).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, state), ct) == 1;
}
