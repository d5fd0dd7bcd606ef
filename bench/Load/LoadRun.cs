using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Bot.Bench.Load;

/// <summary>Whether the answer to request <paramref name="index"/> is as it must be.</summary>
internal delegate bool Accept(long index, Response response);

/// <summary>
/// Load from blocking threads, one a connection. Requests are numbered; each thread takes the next number. At a fixed rate number i is
/// due at i / rate, and its time is counted from then whether or not a thread was free, so that waiting is not hidden.
/// </summary>
internal sealed class LoadRun(IPEndPoint target, int connections, CancellationToken ct)
{
    public LoadResult AsFastAsPossible(long count, Func<long, ReadOnlyMemory<byte>> request, Accept accept, TimeSpan? atMost = null)
        => Run(count, null, atMost, request, accept);

    public LoadResult AtRate(double perSecond, long count, Func<long, ReadOnlyMemory<byte>> request, Accept accept)
        => Run(count, perSecond, null, request, accept);

    private LoadResult Run(long count, double? perSecond, TimeSpan? atMost, Func<long, ReadOnlyMemory<byte>> request, Accept accept)
    {
        var run = new Shared(count, perSecond, request, accept);
        var open = Enumerable.Range(0, connections).Select(_ => new Connection(target)).ToList();
        run.Begin = Stopwatch.GetTimestamp();
        run.End = atMost is { } time ? run.Begin + (long)(time.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;
        var threads = open.Select(connection => new Thread(() => Work(connection, run), 256 * 1024) { IsBackground = true }).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var elapsed = Stopwatch.GetElapsedTime(run.Begin);
        open.ForEach(connection => connection.Dispose());
        ct.ThrowIfCancellationRequested();
        return new LoadResult(elapsed, run.Answered, run.Refused, run.Broken, run.Ticks);
    }

    private void Work(Connection connection, Shared run)
    {
        using var pause = new ManualResetEventSlim(false, 0); // never set: its timeout is the wait
        try
        {
            while (!ct.IsCancellationRequested && Interlocked.Increment(ref run.Next) - 1 is var index && index < run.Count && Stopwatch.GetTimestamp() < run.End)
            {
                var request = run.Request(index).Span;
                var due = Stopwatch.GetTimestamp();
                if (run.PerSecond is { } rate)
                {
                    due = run.Begin + (long)(index / rate * Stopwatch.Frequency);
                    while ((due - Stopwatch.GetTimestamp()) * 1000.0 / Stopwatch.Frequency is var milliseconds and > 0)
                    {
                        pause.Wait((int)Math.Ceiling(milliseconds), ct);
                    }
                }

                var good = run.Accept(index, connection.Exchange(request));
                run.Ticks[index] = Stopwatch.GetTimestamp() - due;
                Interlocked.Increment(ref good ? ref run.Answered : ref run.Refused);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            Interlocked.Increment(ref run.Broken); // the server is gone, perhaps by intention
        }
    }

    private sealed class Shared(long count, double? perSecond, Func<long, ReadOnlyMemory<byte>> request, Accept accept)
    {
        public long Next;
        public long Answered;
        public long Refused;
        public long Broken;
        public long Begin;
        public long End;
        public readonly long Count = count;
        public readonly double? PerSecond = perSecond;
        public readonly Func<long, ReadOnlyMemory<byte>> Request = request;
        public readonly Accept Accept = accept;
        public readonly long[] Ticks = new long[count];
    }
}
