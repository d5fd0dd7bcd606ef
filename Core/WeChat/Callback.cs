using System.Diagnostics.CodeAnalysis;

namespace Bot.Core.WeChat;

/// <summary>The query string of one push; <c>openid</c> is there too and is not used.</summary>
public readonly record struct CallbackQuery(string? Signature, string? Timestamp, string? Nonce, string? EncryptType, string? MsgSignature);

public enum OpenedAs
{
    Message,

    /// <summary>403 with an empty body.</summary>
    Forbidden,

    /// <summary>400 with an empty body.</summary>
    Malformed,
}

public readonly record struct Opened(OpenedAs As, Inbound? Inbound)
{
    public bool IsMessage([NotNullWhen(true)] out Inbound? inbound)
    {
        inbound = Inbound;
        return As == OpenedAs.Message && inbound is not null;
    }
}

/// <summary>An answer ready to send; the length of <paramref name="Body"/> is the Content-Length.</summary>
public readonly record struct Sealed(byte[] Body, string ContentType);

/// <summary>One webhook: proves that a push is WeChat's, opens it, seals the answer. Safe to share between requests.</summary>
public sealed class Callback
{
    /// <summary>Characters; real ones have 28, names of the platform fewer.</summary>
    private const int MaxOpenId = 64;

    private readonly CallbackSignature _signature;
    private readonly CallbackMode _mode;
    private readonly CallbackFormat _format;
    private readonly TimeProvider _clock;
    private readonly CallbackCipher? _cipher;
    private readonly CallbackCipher? _previousCipher;

    public Callback(
        string appId,
        string token,
        string aesKey,
        string previousAesKey,
        CallbackMode mode,
        CallbackFormat format,
        int maxClockSkewSeconds,
        TimeProvider clock)
    {
        IsOn = token.Length > 0;
        _signature = new CallbackSignature(token, maxClockSkewSeconds, clock);
        _mode = mode;
        _format = format;
        _clock = clock;
        if (mode != CallbackMode.Plain && IsOn)
        {
            _cipher = new CallbackCipher(aesKey, appId);
            _previousCipher = previousAesKey.Length > 0 ? new CallbackCipher(previousAesKey, appId) : null;
        }
    }

    /// <summary>False without a token: everything is then refused.</summary>
    public bool IsOn { get; }

    public static Callback From(MpOptions mp, int maxClockSkewSeconds, TimeProvider clock)
        => new(mp.AppId, mp.Token, mp.EncodingAesKey, mp.PreviousEncodingAesKey, mp.Mode, CallbackFormat.Xml, maxClockSkewSeconds, clock);

    public static Callback From(MiniOptions mini, int maxClockSkewSeconds, TimeProvider clock)
        => new(mini.AppId, mini.Token, mini.EncodingAesKey, mini.PreviousEncodingAesKey, mini.Mode, mini.Format, maxClockSkewSeconds, clock);

    /// <summary>True: answer echostr as text/plain, which the signature does not cover. False: 403.</summary>
    public bool VerifyGet(string? signature, string? timestamp, string? nonce)
        => IsOn && _signature.IsFresh(timestamp) && _signature.Covers(signature, timestamp, nonce);

    /// <summary>Never throws, whatever the sender wrote.</summary>
    public Opened Open(CallbackQuery query, ReadOnlyMemory<byte> body)
    {
        if (!VerifyGet(query.Signature, query.Timestamp, query.Nonce))
        {
            return new Opened(OpenedAs.Forbidden, null);
        }

        if (!FieldsReader.TryRead(body, _format, out var fields))
        {
            return new Opened(OpenedAs.Malformed, null);
        }

        var encrypted = fields.Find("Encrypt");
        if (_cipher is null)
        {
            // Only an encrypted copy: the account is in another mode than we are.
            return encrypted is not null && fields.Find("FromUserName") is null
                ? new Opened(OpenedAs.Forbidden, null)
                : Classify(fields, underPreviousKey: false);
        }

        // The plain signature does not cover the body: without Encrypt anybody who saw one address could have written it.
        return string.IsNullOrEmpty(encrypted) || !_signature.Covers(query.MsgSignature, query.Timestamp, query.Nonce, encrypted)
            ? new Opened(OpenedAs.Forbidden, null)
            : Decrypt(_cipher, encrypted);
    }

    /// <summary>The bytes that answer <paramref name="to"/>: "success" for nothing, encrypted in compatible and safe mode otherwise.</summary>
    public Sealed Seal(Reply reply, Inbound to)
    {
        var now = _clock.GetUtcNow().ToUnixTimeSeconds();
        using var message = new Utf8Buffer();
        var cipher = to.UnderPreviousKey ? _previousCipher : _cipher;
        cipher?.WriteHead(message);
        if (!ReplyWriter.TryWrite(message, reply, to, now, _format))
        {
            return new Sealed("success"u8.ToArray(), "text/plain");
        }

        var contentType = _format == CallbackFormat.Xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8";
        if (cipher is null)
        {
            return new Sealed(message.ToArray(), contentType);
        }

        using var envelope = new Utf8Buffer();
        EnvelopeWriter.Write(envelope, cipher.Encrypt(message), _signature, now, _format);
        return new Sealed(envelope.ToArray(), contentType);
    }

    private Opened Decrypt(CallbackCipher cipher, string encrypted)
    {
        var (opened, message) = cipher.Decrypt(encrypted);
        var underPreviousKey = false;
        if (opened != OpenedAs.Message && _previousCipher is not null)
        {
            var (openedBefore, messageBefore) = _previousCipher.Decrypt(encrypted);
            if (openedBefore == OpenedAs.Message)
            {
                (opened, message, underPreviousKey) = (openedBefore, messageBefore, true);
            }
        }

        return opened != OpenedAs.Message ? new Opened(opened, null)
            : FieldsReader.TryRead(message, _format, out var fields) ? Classify(fields, underPreviousKey)
            : new Opened(OpenedAs.Malformed, null);
    }

    private static Opened Classify(Fields fields, bool underPreviousKey)
    {
        if (fields.Find("FromUserName") is not { Length: > 0 and <= MaxOpenId } || string.IsNullOrEmpty(fields.Find("MsgType")) || fields.Find("OpenID") is { Length: > MaxOpenId })
        {
            return new Opened(OpenedAs.Malformed, null);
        }

        var inbound = Inbound.From(fields);
        return new Opened(OpenedAs.Message, underPreviousKey ? inbound with { UnderPreviousKey = true } : inbound);
    }
}
