using Bot.Core.Roster;

namespace Bot.Server.Roster;

/// <summary>Where uploaded files lie while they are taken in and read: for this process alone, and gone with it however it ends.</summary>
internal sealed class RosterInbox(RosterOptions options)
{
    private const int BufferSize = 1 << 16;

    /// <summary>An empty file that can be written and read; it is gone once it is disposed.</summary>
    public FileStream Open()
    {
        var file = Path.Combine(options.UploadPath, Path.GetRandomFileName());
        var settings = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferSize,
        };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.UploadPath);
            settings.Options = FileOptions.DeleteOnClose;
            return new FileStream(file, settings);
        }

        // Without a name nobody else can open it, and a killed process leaves nothing.
        Directory.CreateDirectory(options.UploadPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var stream = new FileStream(file, settings);
        File.Delete(file);
        return stream;
    }
}
