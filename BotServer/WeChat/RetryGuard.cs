using System.Text;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;

namespace Bot.Server.WeChat;

/// <summary>
/// WeChat repeats a message that it thinks unanswered: the repeat gets the first answer again. Only a comfort: what is stored is
/// guarded by the message's key under a unique index. Answers lie sealed: a counsellor's words may be among them.
/// </summary>
public sealed class RetryGuard(ISharedState state, Vault vault)
{
    /// <summary>WeChat repeats within some 15 seconds.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private static readonly byte[] Working = [];

    /// <summary>Answers once; whoever comes with the same key meanwhile waits for that answer, whoever comes later gets it again.</summary>
    /// <param name="messageKey">Equal for every delivery of one push.</param>
    /// <param name="answer">When it throws, the next repeat is answered afresh.</param>
    public async Task<Sealed> OnceAsync(string messageKey, Func<CancellationToken, Task<Sealed>> answer, CancellationToken ct)
    {
        var key = "said:" + messageKey;
        if (!await state.AddAsync(key, Working, Memory, ct) && await WaitForAsync(key, ct) is { } said)
        {
            return said;
        }

        try
        {
            var sealedAnswer = await answer(ct);
            await state.SetAsync(key, vault.Seal(Pack(sealedAnswer)), Memory, ct);
            return sealedAnswer;
        }
        catch
        {
            await state.RemoveAsync(key, CancellationToken.None);
            throw;
        }
    }

    /// <returns>Null when the first one failed.</returns>
    private async Task<Sealed?> WaitForAsync(string key, CancellationToken ct)
    {
        while (true)
        {
            switch (await state.GetAsync(key, ct))
            {
                case null:
                    return null;
                case { Length: > 0 } packed:
                    return Unpack(Convert.FromBase64String(vault.Open(packed)));
                default:
                    await Task.Delay(Look, ct);
                    break;
            }
        }
    }

    /// <summary>Length of the content type, content type, body.</summary>
    private static string Pack(Sealed answer)
    {
        var packed = new byte[1 + answer.ContentType.Length + answer.Body.Length];
        packed[0] = (byte)answer.ContentType.Length;
        Encoding.ASCII.GetBytes(answer.ContentType, packed.AsSpan(1));
        answer.Body.CopyTo(packed.AsSpan(1 + answer.ContentType.Length));
        return Convert.ToBase64String(packed);
    }

    private static Sealed Unpack(byte[] packed) => new(packed[(1 + packed[0])..], Encoding.ASCII.GetString(packed, 1, packed[0]));
}
