using System.Diagnostics.Metrics;
using Bot.Core.Jobs;

namespace Bot.Jobs;

/// <summary>Counts runs by job and outcome; sent with the bot's other metrics.</summary>
internal sealed class JobMetrics : IDisposable
{
    private readonly Meter _meter = new("Bot");
    private readonly Counter<long> _runs;

    public JobMetrics() => _runs = _meter.CreateCounter<long>("bot.jobs.runs", description: "Runs of jobs that have ended.");

    public void Ended(string job, JobOutcome outcome) => _runs.Add(1, new KeyValuePair<string, object?>("job", job), new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    public void Dispose() => _meter.Dispose();
}
