using System.Collections.Concurrent;

namespace Bot.Core.Pushes;

/// <summary>
/// How far pushes that also go by mass message were looked at for those who can be notified. The others of their recipients stay for the mass
/// message, a million of them perhaps: they are not looked at again before something has changed. One for a process.
/// </summary>
internal sealed class RecipientLooks(RecipientRows rows, TimeProvider clock)
{
    /// <summary>New credits, and recipients who wait again, are looked for so often.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    /// <summary>Also without a reason that this node knows.</summary>
    private static readonly TimeSpan Anyway = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<int, Look> _looks = new();

    /// <returns>Behind which row to look.</returns>
    public async Task<long> AfterAsync(OpenPush push, CancellationToken ct)
    {
        if (!push.ByMass)
        {
            return 0;
        }

        var look = _looks.GetValueOrDefault(push.Id);
        var now = clock.GetUtcNow();
        var age = look is null || look.Begun > now ? TimeSpan.MaxValue : now - look.Begun; // also after the clock was put back
        if (look is not null && age <= Again)
        {
            return look.After;
        }

        var newest = await rows.NewestCreditAsync(ct);
        if (look is not null && age <= Anyway && !look.SomeWaitAgain && newest == look.NewestCredit)
        {
            return look.After;
        }

        _looks[push.Id] = new Look(now, newest);
        return 0;
    }

    public void Note(OpenPush push, long last)
    {
        if (_looks.TryGetValue(push.Id, out var look))
        {
            look.After = last;
        }
    }

    /// <summary>A recipient who has a credit was taken and not sent anything.</summary>
    public void NoteWaiting(OpenPush push)
    {
        if (_looks.TryGetValue(push.Id, out var look))
        {
            look.SomeWaitAgain = true;
        }
    }

    private sealed class Look(DateTimeOffset begun, long newestCredit)
    {
        public DateTimeOffset Begun { get; } = begun;

        /// <summary>The last that there was when the look began.</summary>
        public long NewestCredit { get; } = newestCredit;

        public long After { get; set; }

        public bool SomeWaitAgain { get; set; }
    }
}
