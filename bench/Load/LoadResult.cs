using System.Diagnostics;

namespace Bot.Bench.Load;

/// <param name="refused">Answers that were not as they must be.</param>
/// <param name="broken">Connections that ended early.</param>
/// <param name="ticks">A stopwatch time for each request that was answered, 0 for the others.</param>
internal sealed class LoadResult(TimeSpan elapsed, long answered, long refused, long broken, long[] ticks)
{
    private readonly double[] _sorted = [.. ticks.Where(t => t > 0).Select(t => t * 1000.0 / Stopwatch.Frequency).Order()];

    public TimeSpan Elapsed => elapsed;

    public long Answered => answered;

    public long Broken => broken;

    /// <summary>Of one request; 0 where it was not answered.</summary>
    public double MillisecondsOf(int index) => ticks[index] * 1000.0 / Stopwatch.Frequency;

    public double PerSecond => answered / elapsed.TotalSeconds;

    /// <summary>Milliseconds.</summary>
    public IReadOnlyList<double> Milliseconds => _sorted;

    /// <exception cref="BenchException">Something went wrong; a figure would mean nothing.</exception>
    public LoadResult Flawless(string what)
        => refused == 0 && broken == 0 ? this : throw new BenchException($"{what}: {refused} answers were wrong and {broken} connections broke.");
}

internal static class Statistics
{
    /// <param name="sorted">Ascending.</param>
    public static double Percentile(this IReadOnlyList<double> sorted, double percent)
        => sorted.Count == 0 ? double.NaN : sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * percent / 100) - 1, 0, sorted.Count - 1)];

    public static double Median(this IEnumerable<double> figures) => figures.Order().ToList().Percentile(50);
}
