using System.Runtime.InteropServices;

/// <summary>
/// Runs in the bot before its Main (DOTNET_STARTUP_HOOKS, set by the simulator alone): ends the bot when the simulator
/// is gone, however it went. The runtime finds it by this name outside any namespace.
/// </summary>
internal static class StartupHook
{
    private const int Sigterm = 15;

    public static void Initialize()
        => new Thread(EndWithStandardInput) { IsBackground = true, Name = "simulator watch" }.Start();

    private static void EndWithStandardInput()
    {
        // The other end of this pipe is the simulator; the system closes it even after kill -9.
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(0);
        }
        else
        {
            _ = Kill(Environment.ProcessId, Sigterm);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
