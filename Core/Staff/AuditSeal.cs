using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bot.Core.Privacy;

namespace Bot.Core.Staff;

/// <summary>Where the chain ends: the last position, 0 for none yet, and its hash.</summary>
internal sealed record AuditHead(long Position, byte[] Hash)
{
    public static AuditHead None { get; } = new(0, new byte[HMACSHA256.HashSizeInBytes]);
}

/// <summary>Hashes that nobody can make who has the database without the key ring.</summary>
public sealed class AuditSeal(KeyRing keys)
{
    private readonly byte[] _entryKey = keys.Derive("audit-entry");
    private readonly byte[] _headKey = keys.Derive("audit-head");

    /// <summary>Of one entry in its place: over the hash before, the position and every column of content.</summary>
    internal byte[] Of(AuditEntry entry, long position, byte[] before)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8))
        {
            writer.Write(before);
            writer.Write(position);
            writer.Write(entry.Id);
            writer.Write(entry.At.ToUnixTimeMilliseconds());
            writer.Write(entry.Actor); // texts carry their length, so that none can flow into the next
            writer.Write(entry.Action);
            writer.Write(entry.Subject);
            Write(writer, entry.Reason);
            Write(writer, entry.OrganisationId?.ToString(CultureInfo.InvariantCulture));
            Write(writer, entry.Once);
        }

        return HMACSHA256.HashData(_entryKey, bytes.ToArray());
    }

    /// <summary>As it is kept: position, hash, and a mark over both.</summary>
    internal string Write(AuditHead head)
        => string.Create(CultureInfo.InvariantCulture, $"{head.Position}:{Convert.ToHexStringLower(head.Hash)}:{Convert.ToHexStringLower(Mark(head))}");

    /// <returns>Null when it was not written by <see cref="Write(AuditHead)"/> with this key ring.</returns>
    internal AuditHead? Read(string kept)
    {
        var hash = new byte[HMACSHA256.HashSizeInBytes];
        var mark = new byte[HMACSHA256.HashSizeInBytes];
        return kept.Split(':') is [var position, var hashHex, var markHex]
            && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && IsHex(hashHex, hash) && IsHex(markHex, mark)
            && new AuditHead(number, hash) is var head && CryptographicOperations.FixedTimeEquals(Mark(head), mark)
                ? head
                : null;
    }

    private static bool IsHex(string text, byte[] bytes)
        => Convert.FromHexString(text, bytes, out var read, out var written) == System.Buffers.OperationStatus.Done && read == text.Length && written == bytes.Length;

    private byte[] Mark(AuditHead head)
    {
        byte[] bytes = [.. BitConverter.GetBytes(head.Position), .. head.Hash];
        return HMACSHA256.HashData(_headKey, bytes);
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        writer.Write(text is not null);
        writer.Write(text ?? "");
    }
}
