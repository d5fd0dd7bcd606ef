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

    /// <summary>Between the parts of a name, see <see cref="Names.Key"/>.</summary>
    private const char Dot = '·';

    /// <summary>Of newly reached ones; the others are looked at with the next run.</summary>
    private const int SettledAtOnce = 500;

    /// <summary>Latest first.</summary>
    public async Task<FirstRows<UnansweredText>> ListAsync(Viewer viewer, int rows, CancellationToken ct)
    {
        if (!ReplyChanges.May(viewer))
        {
            return FirstRows<UnansweredText>.None;
        }

        return await db.UnansweredTexts.AsNoTracking().Where(t => t.State == UnansweredState.Shown).OrderByDescending(t => t.LastOn).ThenByDescending(t => t.Id).FirstRowsAsync(rows, texts => texts, ct);
    }

    /// <summary>Proposes it as a word of a command; the approver decides as about any change.</summary>
    /// <returns>Null when it waits for an approver now.</returns>
    public async Task<ContentFault?> ProposeAsync(Viewer viewer, int id, string command, CancellationToken ct)
    {
        var text = await db.UnansweredTexts.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id && t.State == UnansweredState.Shown, ct);
        if (!viewer.EditsReplies || text?.Text is not { } said)
        {
            return new(NotFound);
        }

        if (said.Contains(UnansweredMask.Opens))
        {
            return new(Masked);
        }

        var key = ContentKey.Words(command);
        var now = await ReplyOverlay.ReadAsync(db, content.Defaults, ct);
        if (now.TextOf(key) is not { } words)
        {
            return new(NotFound);
        }

        var fault = await changes.ProposeAsync(viewer, key, words + "\n" + said, seen: null, ct);
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
        if (!await DismissAsync(id, ct))
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
    /// Three people may have typed somebody's name, alone or in a sentence: what holds one of the roster's is never shown and not kept, though it
    /// may hide a word that somebody is called by. A job's work: the roster is read through, it has no index for this.
    /// </summary>
    public async Task SettleAsync(CancellationToken ct)
    {
        var fresh = await db.UnansweredTexts.AsNoTracking().Where(t => t.State == UnansweredState.Collected && t.Text != null)
            .OrderBy(t => t.Id).Take(SettledAtOnce).Select(t => new { t.Id, t.Text }).ToListAsync(ct);
        if (fresh.Count == 0)
        {
            return;
        }

        var parts = fresh.SelectMany(t => PossibleNames(Names.Key(t.Text!)).Select(part => (part, t.Id))).ToLookup(p => p.part, p => p.Id, StringComparer.Ordinal);
        var named = new HashSet<int>();
        await foreach (var name in db.People.AsNoTracking().Where(p => p.NameKey != null).Select(p => p.NameKey!).AsAsyncEnumerable().WithCancellation(ct))
        {
            named.UnionWith(parts[name]);
            if (name.Contains(Dot))
            {
                named.UnionWith(name.Split(Dot).SelectMany(part => parts[part]));
            }
        }

        var (hidden, shown) = (named.ToList(), fresh.Select(t => t.Id).Where(id => !named.Contains(id)).ToList());
        await db.UnansweredTexts.Where(t => hidden.Contains(t.Id) && t.State == UnansweredState.Collected)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, UnansweredState.Name).SetProperty(t => t.Text, (string?)null), ct);
        await db.UnansweredTexts.Where(t => shown.Contains(t.Id) && t.State == UnansweredState.Collected)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, UnansweredState.Shown), ct);
    }

    /// <summary>Each run of 2 characters and more; a text has 40 at most, and so has a name that stands in one.</summary>
    private static IEnumerable<string> PossibleNames(string text)
        => Enumerable.Range(2, Math.Max(0, text.Length - 1)).SelectMany(length => Enumerable.Range(0, text.Length - length + 1).Select(at => text.Substring(at, length))).Distinct();

    private async Task<bool> MoveAsync(int id, UnansweredState state, CancellationToken ct)
        => await db.UnansweredTexts.Where(t => t.Id == id && t.State == UnansweredState.Shown).ExecuteUpdateAsync(set => set.SetProperty(t => t.State, state), ct) == 1;

    private async Task<bool> DismissAsync(int id, CancellationToken ct)
        => await db.UnansweredTexts.Where(t => t.Id == id && t.State == UnansweredState.Shown)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.State, UnansweredState.Dismissed).SetProperty(t => t.Text, (string?)null), ct) == 1;
}
