using Bot.Core.Data;
using Bot.Core.WeChat;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Bot.Core.Pushes;

/// <summary>
/// Recipients of pushes as rows of the outbox. Hundreds are taken and written in one turn of the write queue; each statement names
/// <c>push_id</c>, by which the index of a push's rows is found.
/// </summary>
public sealed class RecipientRows
{
    /// <summary>Longer than a call takes; whoever took a recipient before that has ended.</summary>
    internal static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(2);

    /// <summary>For how long WeChat knows the id of a mass message for certain; after that a repeat could send it twice.</summary>
    internal static readonly TimeSpan IdKnownFor = TimeSpan.FromHours(20);

    private readonly IDbContextFactory<BotDb> _databases;
    private readonly WriteQueue _queue;
    private readonly TimeProvider _clock;
    private readonly RecipientTaker _taker;
    private readonly RecipientOutcomes _outcomes;

    public RecipientRows(IDbContextFactory<BotDb> databases, WriteQueue queue, IOptions<WeChatOptions> wechat, PushesOptions options, TimeProvider clock)
    {
        (_databases, _queue, _clock) = (databases, queue, clock);
        _taker = new RecipientTaker(wechat.Value.Mp.AppId, options.Notice.TemplateId);
        _outcomes = new RecipientOutcomes(options.Notice.TemplateId, clock);
    }

    /// <summary>Pushes that go out now, the oldest first.</summary>
    internal async Task<List<OpenPush>> OpenAsync(CancellationToken ct)
    {
        await using var db = await _databases.CreateDbContextAsync(ct);
        var now = _clock.GetUtcNow();
        return await db.Pushes.AsNoTracking().Where(p => (p.State == PushState.Filling || p.State == PushState.Running) && p.EndsAt > now)
            .OrderBy(p => p.Id).Select(p => new OpenPush(p.Id, p.Title, p.Text, p.Page, p.ByMass, p.StartedAt)).ToListAsync(ct);
    }

    /// <summary>Credits have ever higher numbers; 0 where there are none.</summary>
    internal async Task<long> NewestCreditAsync(CancellationToken ct)
    {
        await using var db = await _databases.CreateDbContextAsync(ct);
        return await db.Credits.MaxAsync(c => (long?)c.Id, ct) ?? 0;
    }

    /// <summary>Not to be given up half-way: what is taken must be sent, or its outcome stored.</summary>
    internal Task<TakenWindow> TakeAsync(OpenPush push, long after, int atMost, OutboxChannel channel)
        => _queue.WriteAsync(_taker, new RecipientWindow(push, after, atMost, channel, _clock.GetUtcNow()), default);

    internal Task StoreAsync(IReadOnlyList<RecipientOutcome> outcomes) => _queue.WriteAsync(_outcomes, outcomes, default);

    /// <summary>A notification has no id by which WeChat would know a repeat; a mass message has one and is sent again while WeChat knows it and the push is not over.</summary>
    /// <returns>Of how many recipients nobody will ever know whether it arrived.</returns>
    internal async Task<int> GiveUpLostAsync(CancellationToken ct)
    {
        await using var db = await _databases.CreateDbContextAsync(ct);
        var now = _clock.GetUtcNow();
        var (before, forgotten, ended) = (now - LostAfter, now - IdKnownFor, now - TimeSpan.FromDays(1));
        var pushes = await db.Pushes.Where(p => p.EndedAt == null || p.EndedAt > ended).Select(p => new { p.Id, IsOver = p.EndsAt <= now }).ToListAsync(ct);
        if (pushes.Count == 0)
        {
            return 0;
        }

        var (all, over) = (pushes.ConvertAll(p => (int?)p.Id), pushes.Where(p => p.IsOver).Select(p => (int?)p.Id).ToList());
        var lost = db.Outbox.Where(m => all.Contains(m.PushId) && m.State == OutboxState.Sending && m.TakenAt < before && (m.Channel != OutboxChannel.Mass || m.DueAt < forgotten || over.Contains(m.PushId)));
        return !await lost.AnyAsync(ct) ? 0 : await lost.ExecuteUpdateAsync(set => set.SetProperty(m => m.State, OutboxState.Unknown).SetProperty(m => m.EndedAt, now), ct);
    }
}
