using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Bot.Core.Privacy;

namespace Bot.Core.HelpLine;

/// <summary>
/// The key store: one small file a case, wrapped by a key of the ring, in a folder that is in no backup of the database. A case whose file is
/// gone can be read by nobody, whatever copies of the database there are.
/// </summary>
public sealed class CaseKeys
{
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int FileSize = 1 + NonceSize + KeySize + TagSize;
    private const byte FirstVersion = 1;
    private const string VersionFile = "wrap-version";
    private const string Ending = ".key";

    private readonly KeyRing _ring;
    private readonly string _folder;
    private readonly string _media;

    public CaseKeys(HelpLineOptions options, KeysOptions keys, KeyRing ring)
    {
        _ring = ring;
        _folder = Path.GetFullPath(options.KeysPath.Length > 0 ? options.KeysPath : Path.Combine(keys.Path, "help"));
        _media = Path.GetFullPath(options.MediaPath);
    }

    /// <summary>A new key, on disk for good when this returns: no case is stored whose key could be lost with the power.</summary>
    public CaseKey Create()
    {
        var key = new CaseKey(RandomNumberGenerator.GetHexString(32, lowercase: true), RandomNumberGenerator.GetBytes(KeySize), _media);
        var path = PathOf(key.Id);
        var isNewFolder = !Directory.Exists(Path.GetDirectoryName(path)!);
        Private(Path.GetDirectoryName(path)!);
        Write(path, Wrap(key, Version()));
        Durable.Folder(Path.GetDirectoryName(path)!);
        if (isNewFolder)
        {
            Durable.Folder(_folder);
        }

        return key;
    }

    /// <summary>Whether the file is there; nothing is opened.</summary>
    /// <exception cref="IOException">The store itself is not there: of no key can be said that it is gone.</exception>
    public bool Has(string keyId) => File.Exists(PathOf(keyId)) || (Directory.Exists(_folder) ? false : throw new IOException("The key store of the help line is not there."));

    /// <returns>Null once it has been destroyed.</returns>
    /// <exception cref="CryptographicException">The file is damaged, or of another installation.</exception>
    public CaseKey? Open(string keyId)
    {
        try
        {
            return Unwrap(keyId, File.ReadAllBytes(PathOf(keyId)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Ends the case everywhere: its key, and the folder of its pictures. Gone from the disk when this returns; a repeat does nothing.</summary>
    public void Destroy(string keyId)
    {
        var path = PathOf(keyId);
        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            File.Delete(path);
            Durable.Folder(Path.GetDirectoryName(path)!);
        }

        if (Path.Combine(_media, keyId) is var pictures && Directory.Exists(pictures))
        {
            Directory.Delete(pictures, recursive: true);
        }
    }

    /// <summary>Every key there is, with when its file was made.</summary>
    public IEnumerable<(string KeyId, DateTimeOffset At)> All()
        => !Directory.Exists(_folder) ? []
            : Directory.EnumerateFiles(_folder, "*" + Ending, SearchOption.AllDirectories).Select(file => (Path.GetFileNameWithoutExtension(file), new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero)));

    /// <summary>Wraps every key anew, by a wrapping key that nothing was wrapped by before. Each file is replaced as a whole: beside a running server, and again after a fault.</summary>
    /// <returns>How many.</returns>
    public int Rotate()
    {
        Private(_folder);
        var version = checked((byte)(Version() + 1));
        Replace(Path.Combine(_folder, VersionFile), [version]);
        var count = 0;
        foreach (var (keyId, _) in All().ToList())
        {
            if (Open(keyId) is { } key)
            {
                using (key)
                {
                    Replace(PathOf(keyId), Wrap(key, version));
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>Nothing but our own ids becomes a path.</summary>
    private string PathOf(string keyId)
        => keyId.Length == 32 && keyId.All(char.IsAsciiHexDigitLower)
            ? Path.Combine(_folder, keyId[..2], keyId + Ending)
            : throw new ArgumentException("No key of a case is called so.", nameof(keyId));

    private byte Version() => Path.Combine(_folder, VersionFile) is var file && File.Exists(file) && File.ReadAllBytes(file) is [var version] ? version : FirstVersion;

    private byte[] Wrap(CaseKey key, byte version)
    {
        var file = new byte[FileSize];
        file[0] = version;
        RandomNumberGenerator.Fill(file.AsSpan(1, NonceSize));
        using var aes = new AesGcm(_ring.Derive($"help-line-wrap-v{version}"), TagSize);
        aes.Encrypt(file.AsSpan(1, NonceSize), key.Bytes, file.AsSpan(1 + NonceSize, KeySize), file.AsSpan(1 + NonceSize + KeySize), Encoding.ASCII.GetBytes(key.Id));
        return file;
    }

    private CaseKey Unwrap(string keyId, byte[] file)
    {
        if (file.Length != FileSize)
        {
            throw new CryptographicException("The key of a case is damaged.");
        }

        var bytes = new byte[KeySize];
        using var aes = new AesGcm(_ring.Derive($"help-line-wrap-v{file[0]}"), TagSize);
        aes.Decrypt(file.AsSpan(1, NonceSize), file.AsSpan(1 + NonceSize, KeySize), file.AsSpan(1 + NonceSize + KeySize), bytes, Encoding.ASCII.GetBytes(keyId));
        return new CaseKey(keyId, bytes, _media);
    }

    private static void Private(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Replace(string path, byte[] content)
    {
        var made = path + "." + Environment.ProcessId;
        Write(made, content);
        File.Move(made, path, overwrite: true);
        Durable.Folder(Path.GetDirectoryName(path)!);
    }

    private static void Write(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }
}

/// <summary>Makes the entries of a folder survive a power cut, which syncing a file alone does not.</summary>
internal static class Durable
{
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // its file system keeps a log of them
        }

        var folder = Open(path, 0);
        if (folder < 0)
        {
            throw new IOException("A folder of the key store cannot be opened.");
        }

        try
        {
            if (Sync(folder) != 0)
            {
                throw new IOException("A folder of the key store cannot be synced.");
            }
        }
        finally
        {
            _ = Close(folder);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
