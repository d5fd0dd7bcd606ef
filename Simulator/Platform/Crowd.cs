using System.Globalization;

namespace Bot.Simulator.Platform;

/// <summary>What a crowd got.</summary>
/// <param name="Sent">Messages in all.</param>
/// <param name="Reached">People who got one at least.</param>
/// <param name="Twice">People who got more than one.</param>
/// <param name="MostInASecond">In the busiest second of the clock.</param>
public sealed record CrowdCount(long Sent, int Reached, int Twice, DateTimeOffset? First, DateTimeOffset? Last, int MostInASecond);

/// <summary>Followers without a phone, for measurements: numbered openids. A million of them take a megabyte.</summary>
/// <param name="prefix">Of the openids; then come the number's digits.</param>
/// <param name="digits">With leading zeros.</param>
public sealed class Crowd(string prefix, int digits, int people)
{
    private readonly Lock _gate = new();
    private readonly byte[] _sent = new byte[people];
    private long _count;
    private DateTimeOffset? _first;
    private DateTimeOffset? _last;
    private (long Second, int Count) _now;
    private int _most;

    /// <summary>Whether the bot is told what became of each notification.</summary>
    public bool IsToldOf { get; init; }

    /// <returns>-1 for somebody else.</returns>
    public int Find(string? openId)
        => openId is not null && openId.Length == prefix.Length + digits && openId.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(openId.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < people ? number : -1;

    /// <summary>A message reaches somebody. Their credits are not counted, so that one that goes out twice is seen.</summary>
    public void Reach(int number, DateTimeOffset now)
    {
        lock (_gate)
        {
            _sent[number] = (byte)Math.Min(_sent[number] + 1, byte.MaxValue);
            _count++;
            _first ??= now;
            _last = now;
            var second = now.ToUnixTimeSeconds();
            _now = second == _now.Second ? (second, _now.Count + 1) : (second, 1);
            _most = Math.Max(_most, _now.Count);
        }
    }

    public CrowdCount Count()
    {
        lock (_gate)
        {
            return new CrowdCount(_count, _sent.Count(s => s > 0), _sent.Count(s => s > 1), _first, _last, _most);
        }
    }
}
