namespace Bot.Simulator.Platform;

/// <summary>A number that grows, and a way to wait until it has.</summary>
internal sealed class Signal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Version { get; private set; }

    public void Raise()
    {
        lock (_gate)
        {
            Version++;
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task WaitAsync(long seen, CancellationToken ct)
    {
        lock (_gate)
        {
            return Version > seen ? Task.CompletedTask : _grown.Task.WaitAsync(ct);
        }
    }
}
