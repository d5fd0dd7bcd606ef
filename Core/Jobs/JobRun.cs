using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Jobs;

public enum JobOutcome
{
    Done,
    Failed,

    /// <summary>The program was told to stop meanwhile.</summary>
    Stopped,
}

/// <summary>One run of one job. The newest of each job are kept.</summary>
public sealed class JobRun
{
    public long Id { get; private set; }

    /// <summary>The job's class, such as <c>FreezeFigures</c>.</summary>
    public required string Job { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>Who asked for it; null when its time had come.</summary>
    public string? AskedBy { get; init; }

    /// <summary>Null while it runs, and for ever when its process has died.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public JobOutcome? Outcome { get; init; }

    /// <summary>A stable word, see <see cref="JobFailure"/>.</summary>
    public string? Failure { get; init; }

    /// <summary>Names of exception classes; never their messages, which may tell of people.</summary>
    public string? FailureType { get; init; }
}

/// <summary>What all nodes must know of one job. The row decides which of them runs it.</summary>
public sealed class JobState
{
    public required string Job { get; init; }

    /// <summary>The last time of the schedule that a node has taken: no other runs for it again.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public DateTimeOffset? PausedAt { get; init; }

    public string? PausedBy { get; init; }

    /// <summary>Set until the run that was asked for begins.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    public string? AskedBy { get; init; }

    /// <summary>Of the last run that began.</summary>
    public long? RunId { get; init; }

    /// <summary>The running node's last sign; null when the job does not run.</summary>
    public DateTimeOffset? AliveAt { get; init; }
}

internal sealed class JobRunTable : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> table) => table.HasIndex(r => new { r.Job, r.Id });
}

internal sealed class JobStateTable : IEntityTypeConfiguration<JobState>
{
    public void Configure(EntityTypeBuilder<JobState> table) => table.HasKey(s => s.Job);
}
