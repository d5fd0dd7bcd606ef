using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.Privacy;

/// <summary>
/// The installation's one secret, 32 random bytes in a file of the key folder, and what is derived from it. Made at the first start;
/// never changed afterwards, because hashes of openids must stay findable.
/// </summary>
public sealed class KeyRing
{
    private readonly byte[] _root;

    private KeyRing(byte[] root) => _root = root;

    /// <summary>Tells two key rings apart without telling the keys.</summary>
    public string Fingerprint => Convert.ToHexStringLower(Derive("fingerprint"))[..16];

    /// <summary>Reads the folder's ring or makes one. Two processes starting together end up with the same.</summary>
    /// <exception cref="InvalidDataException">The file is not a key ring.</exception>
    public static KeyRing Open(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var file = System.IO.Path.Combine(folder, "installation.key");
        if (!File.Exists(file))
        {
            TryCreate(file);
        }

        var root = new byte[32];
        return Convert.TryFromBase64String(File.ReadAllText(file).Trim(), root, out var read) && read == root.Length
            ? new KeyRing(root)
            : throw new InvalidDataException("installation.key in Keys:Path is damaged. Restore it from its backup.");
    }

    /// <summary>A 32-byte key for one purpose.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, 32, info: Encoding.UTF8.GetBytes(purpose));

    private static void TryCreate(string file)
    {
        var made = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(made, options))
        {
            stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(made, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(made); // another process was first; its ring holds
        }
    }
}
