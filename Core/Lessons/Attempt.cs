using System.Buffers.Binary;
using System.Numerics;

namespace Bot.Core.Lessons;

/// <summary>One person studying one lesson on one device; all of it travels in the signed ticket, so a beat costs no row.</summary>
/// <param name="AccountId">Whose; the account stays the same when its person joins a roster meanwhile.</param>
/// <param name="LastAt">The server's time of the last call; credit is counted from here.</param>
/// <param name="CreditedMs">Milliseconds of study so far; never more than the time since <paramref name="BegunAt"/>.</param>
/// <param name="Answered">Bit i: question i was answered right.</param>
/// <param name="QuestionsTag">Which questions <paramref name="Answered"/> is about.</param>
public sealed record Attempt(
    int LessonRowId,
    int AccountId,
    DateTimeOffset BegunAt,
    DateTimeOffset LastAt,
    int CreditedMs,
    ulong Answered,
    int QuestionsTag)
{
    /// <summary>What the page is asked to keep to.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(30);

    /// <summary>The most that one call adds: a lost beat is forgiven, a closed page is not studied.</summary>
    public static readonly TimeSpan MostPerCall = TimeSpan.FromSeconds(60);

    /// <summary>An attempt can be gone on with for as long as a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private const byte Version = 2;
    private const int Size = 1 + 4 + 4 + 8 + 8 + 4 + 8 + 4;

    public int CreditedSeconds => CreditedMs / 1000;

    public static Attempt Begin(PublishedLesson lesson, int accountId, DateTimeOffset now)
        => new(lesson.RowId, accountId, now, now, 0, 0, lesson.QuestionsTag);

    /// <summary>Credits the time since the last call. A clock that runs behind credits nothing and moves nothing.</summary>
    public Attempt CreditedAt(DateTimeOffset now)
    {
        if (now <= LastAt)
        {
            return this;
        }

        var more = Math.Min((now - LastAt).TotalMilliseconds, MostPerCall.TotalMilliseconds);
        var whole = Math.Min(CreditedMs + (long)more, (long)(now - BegunAt).TotalMilliseconds);
        return this with { LastAt = now, CreditedMs = (int)Math.Min(whole, int.MaxValue) };
    }

    public Attempt AnsweredRight(int question, int questionsTag)
        => this with { Answered = (questionsTag == QuestionsTag ? Answered : 0) | (1UL << question), QuestionsTag = questionsTag };

    public bool HasAnsweredAll(PublishedLesson lesson)
        => lesson.Questions.Count == 0 || (QuestionsTag == lesson.QuestionsTag && BitOperations.PopCount(Answered) == lesson.Questions.Count);

    internal byte[] ToBytes()
    {
        var bytes = new byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), LessonRowId);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), AccountId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), BegunAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), LastAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(25), CreditedMs);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(29), Answered);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(37), QuestionsTag);
        return bytes;
    }

    internal static Attempt? FromBytes(ReadOnlySpan<byte> bytes)
        => bytes.Length == Size && bytes[0] == Version
            ? new Attempt(
                BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[5..]),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[9..])),
                DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(bytes[17..])),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[25..]),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[29..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[37..]))
            : null;
}
