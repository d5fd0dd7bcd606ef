using System.Globalization;

namespace Bot.Server.Operator;

/// <summary>One line on a terminal that grows.</summary>
internal sealed class ProgressBar : IProgress<double>, IDisposable
{
    private const int Width = 40;

    private readonly TextWriter _writer;
    private int _shown = -1;

    private ProgressBar(TextWriter writer) => _writer = writer;

    /// <returns>Null when nobody looks: stderr goes to a file or a pipe.</returns>
    public static ProgressBar? On(TextWriter error) => ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected ? new ProgressBar(error) : null;

    /// <param name="value">0 to 1.</param>
    public void Report(double value)
    {
        var percent = (int)(Math.Clamp(value, 0, 1) * 100);
        if (percent == _shown)
        {
            return;
        }

        _shown = percent;
        var done = percent * Width / 100;
        _writer.Write(string.Create(CultureInfo.InvariantCulture, $"\r[{new string('#', done)}{new string('.', Width - done)}] {percent,3} %"));
    }

    public void Clear()
    {
        if (_shown >= 0)
        {
            _writer.Write("\r" + new string(' ', Width + 8) + "\r");
            _shown = -1;
        }
    }

    public void Dispose() => Clear();
}
