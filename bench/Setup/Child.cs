using System.Collections.Concurrent;
using System.Diagnostics;

namespace Bot.Bench.Setup;

/// <summary>A process that was started here and ends with this one at the latest.</summary>
internal sealed class Child : IDisposable
{
    private static readonly ConcurrentDictionary<int, Child> All = new();

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private readonly StreamWriter? _log;
    private bool _isOver;

    /// <param name="environment">Added to this process's own.</param>
    /// <param name="log">A file to which all that it writes is added; null to keep its last lines alone.</param>
    public Child(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder, string? log = null)
    {
        _log = log is null ? null : new StreamWriter(log, append: true) { AutoFlush = true };
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        All[_process.Id] = this;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>User and system time so far, of all threads.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public double WorkingSetMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024);
        }
    }

    /// <summary>The largest working set so far; 0 when it has ended.</summary>
    public double PeakMb
    {
        get
        {
            try
            {
                _process.Refresh();
                return _process.HasExited ? 0 : _process.PeakWorkingSet64 / (1024.0 * 1024);
            }
            catch (InvalidOperationException)
            {
                return 0;
            }
        }
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join(Environment.NewLine, _said);
            }
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
        All.TryRemove(Id, out _);
    }

    public async Task<(int ExitCode, string Said)> EndedAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        All.TryRemove(Id, out _);
        return (_process.ExitCode, Said);
    }

    public static void KillAll()
    {
        foreach (var child in All.Values)
        {
            child.Kill();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        All.TryRemove(Id, out _);
        _process.Dispose();
        lock (_said)
        {
            _isOver = true;
            _log?.Dispose();
        }
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            if (!_isOver)
            {
                _log?.WriteLine(line);
            }

            _said.Enqueue(line);
            if (_said.Count > 60)
            {
                _said.Dequeue();
            }
        }
    }
}
