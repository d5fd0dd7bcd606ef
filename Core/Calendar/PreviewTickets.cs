using System.Buffers.Binary;
using Bot.Core.Privacy;

namespace Bot.Core.Calendar;

/// <summary>Links to a version as a phone would show it, for half an hour. They say what is shown, not who looks.</summary>
public sealed class PreviewTickets(KeyRing keys, TimeProvider clock)
{
    private const byte Format = 1;
    private const int Size = 17;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly SignedTickets _tickets = new(keys, "preview");

    /// <summary>Of a lesson that an operator imported; <see cref="Open"/> gives it as the piece 0.</summary>
    public string ToLesson(int lessonRowId) => To(0, lessonRowId);

    public string To(int pieceId, int version)
    {
        Span<byte> content = stackalloc byte[Size];
        content[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(content[1..], pieceId);
        BinaryPrimitives.WriteInt32LittleEndian(content[5..], version);
        BinaryPrimitives.WriteInt64LittleEndian(content[9..], (clock.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        return "/y/preview/" + _tickets.Sign(content);
    }

    /// <returns>Null for anything that was not signed here, or has expired.</returns>
    public (int PieceId, int Version)? Open(string ticket)
        => _tickets.Open(ticket) is { Length: Size } content && content[0] == Format
            && clock.GetUtcNow().ToUnixTimeMilliseconds() < BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(9))
            ? (BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(1)), BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(5)))
            : null;
}
