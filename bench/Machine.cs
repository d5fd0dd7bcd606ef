using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Bot.Core;

namespace Bot.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    public static JsonObject Describe() => new()
    {
        ["cores"] = Environment.ProcessorCount,
        ["processor"] = FirstLine("/proc/cpuinfo", "model name"),
        ["memoryMb"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
        ["os"] = RuntimeInformation.OSDescription,
        ["dotnet"] = RuntimeInformation.FrameworkDescription,
        ["date"] = ChinaTime.Of(TimeProvider.System.GetUtcNow()).ToString("yyyy-MM-dd HH:mm 'UTC+8'", CultureInfo.InvariantCulture),

        // Above a few tenths something else was running, and the figures are worth less.
        ["loadBefore"] = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "",
    };

    private static string FirstLine(string file, string key)
        => !File.Exists(file) ? "" : File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "";
}
