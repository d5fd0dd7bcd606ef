using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Pushes;

/// <summary>
/// Writes the recipients of a push, some thousand accounts after the other: a chunk and how far it went are one short transaction, so that it
/// goes on after a crash where it stood, and others write in between.
/// </summary>
public sealed class PushFilling(IDbContextFactory<BotDb> databases, Audiences audiences, IOptions<WeChatOptions> wechat, TimeProvider clock)
{
    /// <summary>Accounts that one transaction looks at.</summary>
    public const int Chunk = 5000;

    /// <summary>The code of a recipient's row.</summary>
    public const string Code = "push";

    /// <summary>Of the push that this process fills.</summary>
    private volatile Held? _held;

    /// <returns>False when there is nothing to fill: all are written, somebody stopped it, or its time is over.</returns>
    public async Task<bool> StepAsync(int pushId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var push = await db.Pushes.AsNoTracking().FirstAsync(p => p.Id == pushId, ct);
        if (push.State != PushState.Filling || push.EndsAt <= clock.GetUtcNow())
        {
            return false;
        }

        // Accounts beyond a gap are found at once.
        if (await db.Accounts.Where(a => a.Id > push.FilledTo).OrderBy(a => a.Id).Select(a => (int?)a.Id).FirstOrDefaultAsync(ct) is not { } next)
        {
            await Filling(db, push).ExecuteUpdateAsync(set => set.SetProperty(p => p.State, PushState.Running), ct);
            return false;
        }

        await WriteAsync(db, push, next, await AudienceAsync(db, push, ct), ct);
        return true;
    }

    private async Task WriteAsync(BotDb db, Push push, int first, Audience audience, CancellationToken ct)
    {
        var (to, started) = (first + Chunk - 1, push.StartedAt.ToUnixTimeMilliseconds());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);

        // Whoever moves the mark writes the chunk; somebody else who fills, or has stopped it meanwhile, leaves nothing to do.
        if (await Filling(db, push).ExecuteUpdateAsync(set => set.SetProperty(p => p.FilledTo, to), ct) == 0)
        {
            return;
        }

        await db.ReadRowsAsync(
            $"""
            INSERT INTO outbox (account_id, code, push_id, at, message_key, state, due_at)
            SELECT a.id, {Code}, {push.Id}, {started}, {KeyOf(push.Id)}, {(int)OutboxState.Waiting}, {started}
            FROM accounts a
            WHERE a.id >= {first} AND a.id <= {to} AND a.app_id = {wechat.Value.Mp.AppId} AND a.follows IS NOT FALSE AND NOT EXISTS (SELECT 1 FROM accounts w WHERE w.person_id = a.person_id AND w.no_pushes_since IS NOT NULL) AND {audience.Account("a")}
            ORDER BY a.id
            ON CONFLICT (account_id, message_key) DO NOTHING
            """,
            _ => 0,
            ct);
        await transaction.CommitAsync(ct);
    }

    internal static string KeyOf(int pushId) => FormattableString.Invariant($"push:{pushId}");

    private static IQueryable<Push> Filling(BotDb db, Push push) => db.Pushes.Where(p => p.Id == push.Id && p.State == PushState.Filling && p.FilledTo == push.FilledTo);

    /// <summary>Made anew every few seconds: the tree may change below a push that is being filled.</summary>
    private async Task<Audience> AudienceAsync(BotDb db, Push push, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_held is { } held && held.PushId == push.Id && now - held.At < TimeSpan.FromSeconds(2) && now >= held.At)
        {
            return held.Audience;
        }

        var text = (await db.PieceVersions.AsNoTracking().FirstAsync(v => v.PieceId == push.PieceId && v.Version == push.Version, ct)).Read();
        var audience = await audiences.OfAsync(push.OrganisationId, text.Audience ?? new PushAudience(), ct);
        _held = new Held(push.Id, now, audience);
        return audience;
    }

    private sealed record Held(int PushId, DateTimeOffset At, Audience Audience);
}
