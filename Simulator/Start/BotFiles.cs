namespace Bot.Simulator.Start;

/// <summary>Where the build has put what the simulator starts.</summary>
internal static class BotFiles
{
    /// <summary>The bot in its own output folder, where its pages and Content/ are complete.</summary>
    public static string Server { get; } = Find();

    public static string Samples => Path.Combine(Path.GetDirectoryName(Server)!, "Content", "samples");

    /// <summary>The dotnet that runs this very program.</summary>
    public static string Dotnet
    {
        get
        {
            var framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
            return Path.GetFullPath(Path.Combine(framework, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        }
    }

    private static string Find()
    {
        // …/Simulator/bin/Debug/net10.0/ → …/BotServer/bin/Debug/net10.0/
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var root = here.Parent?.Parent?.Parent?.Parent?.FullName ?? "";
        var file = Path.Combine(root, "BotServer", "bin", here.Parent?.Name ?? "", here.Name, "Bot.Server.dll");
        return File.Exists(file) ? file : throw new InvalidOperationException($"The bot is not built: {file} is missing.");
    }
}
