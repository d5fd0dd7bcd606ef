using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.Settings;

namespace Bot.Core.Entry;

/// <summary>
/// Single-use links from the chat to a page, good for ten minutes, bound to the account that asked. Without OAuth2 whoever opens one
/// first is taken for that account: a link can be forwarded before its first use.
/// </summary>
public sealed class EntryLinks(KeyRing keys, SiteOptions site, WriteQueue queue, RedeemedLinkWriter writer, TimeProvider clock)
{
    public static readonly Refusal Invalid = new(RefusalKind.Forbidden, "link.invalid", "Not a link of ours.");
    public static readonly Refusal Expired = new(RefusalKind.Forbidden, "link.expired", "Older than ten minutes.");
    public static readonly Refusal Used = new(RefusalKind.Forbidden, "link.used", "Opened before.");

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int IdSize = 16;
    private const int HeadSize = 1 + 4 + 8 + IdSize;
    private const byte Version = 1;

    private readonly SignedTickets _tickets = new(keys, "entry");
    private readonly byte[] _idKey = keys.Derive("entry-id");

    /// <summary>A link to a page of ours. The same message asking for the same page gets the same link, also after a restart.</summary>
    /// <param name="path">Begins with a slash, at most 100 ASCII characters.</param>
    public string To(string path, int accountId, string messageKey)
    {
        Span<byte> content = stackalloc byte[HeadSize + Encoding.ASCII.GetByteCount(path)];
        content[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(content[1..], accountId);
        BinaryPrimitives.WriteInt64LittleEndian(content[5..], (clock.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        Span<byte> id = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_idKey, Encoding.UTF8.GetBytes(messageKey + "\n" + path), id);
        id[..IdSize].CopyTo(content[13..]);
        Encoding.ASCII.GetBytes(path, content[HeadSize..]);
        return site.At("/go/" + _tickets.Sign(content));
    }

    /// <summary>Reads a link without using it up.</summary>
    public Result<Entry> Read(string ticket)
    {
        if (_tickets.Open(ticket) is not { Length: > HeadSize } content || content[0] != Version)
        {
            return Invalid;
        }

        var expires = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(5)));
        var entry = new Entry(BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(1)), Encoding.ASCII.GetString(content.AsSpan(HeadSize)), content[13..HeadSize], expires);
        return clock.GetUtcNow() >= expires ? Expired : entry;
    }

    /// <summary>Uses a link up. One of many who open it together gets in.</summary>
    public async Task<Result<Entry>> RedeemAsync(Entry entry, CancellationToken ct)
        => await queue.WriteAsync(writer, new NewRedemption(entry.Id, entry.ExpiresAt), ct) ? entry : Used;
}

/// <param name="Path">The page on this site.</param>
public sealed record Entry(int AccountId, string Path, byte[] Id, DateTimeOffset ExpiresAt);
