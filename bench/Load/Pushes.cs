using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Bot.Bench.Bare;
using Bot.Bench.Setup;

namespace Bot.Bench.Load;

/// <summary>Pushes as WeChat sends them, each with a message id of its own, as whole HTTP requests.</summary>
/// <param name="content">What the people type.</param>
internal sealed class Pushes(string content, bool safe)
{
    private static readonly TimeSpan StampFor = TimeSpan.FromSeconds(60);
    private static long _lastMessageId = 5_832_509_444_000_000_000;

    private readonly byte[] _key = CallbackMath.Key(Workspace.AesKey);
    private volatile Stamp _stamp = New();

    /// <param name="host">For the Host header.</param>
    public byte[] Push(string openId, string host)
    {
        var stamp = _stamp = Stopwatch.GetElapsedTime(_stamp.At) > StampFor ? New() : _stamp;
        var message = $"""
            <xml><ToUserName><![CDATA[gh_000000000000]]></ToUserName>
            <FromUserName><![CDATA[{openId}]]></FromUserName>
            <CreateTime>{stamp.Timestamp}</CreateTime>
            <MsgType><![CDATA[text]]></MsgType>
            <Content><![CDATA[{content}]]></Content>
            <MsgId>{Interlocked.Increment(ref _lastMessageId)}</MsgId>
            </xml>
            """;
        var query = $"signature={stamp.Signature}&timestamp={stamp.Timestamp}&nonce={stamp.Nonce}&openid={openId}";
        if (safe)
        {
            var encrypted = CallbackMath.Encrypt(_key, Workspace.AppId, Encoding.UTF8.GetBytes(message));
            query += $"&encrypt_type=aes&msg_signature={CallbackMath.Sign(Workspace.Token, stamp.Timestamp, stamp.Nonce, encrypted)}";
            message = $"<xml>\n    <ToUserName><![CDATA[gh_000000000000]]></ToUserName>\n    <Encrypt><![CDATA[{encrypted}]]></Encrypt>\n</xml>";
        }

        var body = Encoding.UTF8.GetBytes(message);
        return [.. Encoding.ASCII.GetBytes($"POST /wechat/mp?{query} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    /// <summary>How long the server's answer is before it is encrypted.</summary>
    public int ReplyBytes(IPEndPoint server)
    {
        using var connection = new Connection(server);
        var response = connection.Exchange(Push(Population.OpenId(0), server.ToString()));
        var reply = Encoding.UTF8.GetString(response.Body);
        return safe
            ? CallbackMath.Decrypt(_key, reply.Split("<Encrypt><![CDATA[")[1].Split("]]>")[0]).Length
            : response.Body.Length;
    }

    private static Stamp New()
    {
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return new Stamp(Stopwatch.GetTimestamp(), timestamp, "961056294", CallbackMath.Sign(Workspace.Token, timestamp, "961056294"));
    }

    private sealed record Stamp(long At, string Timestamp, string Nonce, string Signature);
}
