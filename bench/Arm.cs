using Bot.Bench.Load;
using Bot.Bench.Setup;

namespace Bot.Bench;

/// <summary>One of the two servers that are compared, and the load on it.</summary>
internal sealed class Arm(ServerUnderTest server, Pushes pushes, int members, int connections, CancellationToken ct)
{
    /// <summary>More than any server here can take; requests are made beforehand, so that making them costs the measurement nothing.</summary>
    private const int MostPerSecond = 15_000;

    private readonly LoadRun _load = new(server.Address, connections, ct);
    private int _next;

    /// <summary>Every connection always waits for an answer.</summary>
    public (double PerSecond, double CpuMicroseconds) Saturate(int most, TimeSpan atMost)
    {
        var requests = Requests(Math.Min(most, (int)(MostPerSecond * atMost.TotalSeconds)));
        var before = server.Cpu;
        var result = _load.AsFastAsPossible(requests.Length, i => requests[i], IsAnswer, atMost).Flawless("saturating");
        return (result.PerSecond, (server.Cpu - before).TotalMicroseconds / result.Answered);
    }

    public Round Measure(double perSecond, TimeSpan time)
    {
        var requests = Requests((int)(perSecond * time.TotalSeconds));
        var before = server.Cpu;
        var result = _load.AtRate(perSecond, requests.Length, i => requests[i], IsAnswer).Flawless("measuring");
        return new Round((server.Cpu - before).TotalMicroseconds / result.Answered, result.Milliseconds);
    }

    private byte[][] Requests(int count)
    {
        var host = server.Address.ToString();
        var requests = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            requests[i] = pushes.Push(Population.OpenId(_next++ % members), host);
        }

        GC.Collect(); // now rather than while it is measured
        return requests;
    }

    private static bool IsAnswer(long index, Response response) => response.Status == 200 && response.Body.StartsWith("<xml>"u8);
}

/// <param name="CpuMicroseconds">Of the server's process, a request.</param>
/// <param name="Milliseconds">From when each request was due to its answer, ascending.</param>
internal sealed record Round(double CpuMicroseconds, IReadOnlyList<double> Milliseconds);
