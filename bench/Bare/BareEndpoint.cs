using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Bot.Bench.Setup;

namespace Bot.Bench.Bare;

/// <summary>
/// The yardstick: verifies the signature, parses with XmlReader and answers a fixed text; in safe mode with AES both ways. What any
/// server for WeChat must do, and nothing else.
/// </summary>
internal static class BareEndpoint
{
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    private static readonly byte[] Key = CallbackMath.Key(Workspace.AesKey);

    /// <param name="args">Verb, port, bytes of the answer before encryption.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var port = int.Parse(args[1], CultureInfo.InvariantCulture);
        var fixedText = FixedText(int.Parse(args[2], CultureInfo.InvariantCulture));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        app.MapGet("/ready", () => "ok");
        app.MapPost("/wechat/mp", args[0] == "bare-safe" ? http => AnswerSafeAsync(http, fixedText) : http => AnswerPlainAsync(http, fixedText));
        await app.RunAsync();
        return 0;
    }

    private static Task AnswerPlainAsync(HttpContext http, byte[] fixedText) => AnswerAsync(http, (query, body) =>
        query["signature"] == CallbackMath.Sign(Workspace.Token, query["timestamp"].ToString(), query["nonce"].ToString()) && Parse(body).ContainsKey("FromUserName")
            ? fixedText
            : null);

    private static Task AnswerSafeAsync(HttpContext http, byte[] fixedText) => AnswerAsync(http, (query, body) =>
    {
        var (timestamp, nonce) = (query["timestamp"].ToString(), query["nonce"].ToString());
        var encrypted = Parse(body)["Encrypt"];
        if (query["signature"] != CallbackMath.Sign(Workspace.Token, timestamp, nonce)
            || query["msg_signature"] != CallbackMath.Sign(Workspace.Token, timestamp, nonce, encrypted)
            || !Parse(CallbackMath.Decrypt(Key, encrypted)).ContainsKey("FromUserName"))
        {
            return null;
        }

        var sealedText = CallbackMath.Encrypt(Key, Workspace.AppId, fixedText);
        var own = RandomNumberGenerator.GetInt32(100_000_000, int.MaxValue).ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"<xml><Encrypt><![CDATA[{sealedText}]]></Encrypt><MsgSignature><![CDATA[{CallbackMath.Sign(Workspace.Token, timestamp, own, sealedText)}]]></MsgSignature>"
            + $"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{own}]]></Nonce></xml>");
    });

    /// <param name="answer">Null refuses.</param>
    private static async Task AnswerAsync(HttpContext http, Func<IQueryCollection, ReadOnlyMemory<byte>, byte[]?> answer)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBodyBytes);
        var length = 0;
        while (await http.Request.Body.ReadAsync(buffer.AsMemory(length)) is var read and > 0)
        {
            length += read;
        }

        var bytes = answer(http.Request.Query, buffer.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(buffer);
        if (bytes is null)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        http.Response.ContentType = "text/xml; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes);
    }

    private static Dictionary<string, string> Parse(ReadOnlyMemory<byte> document)
    {
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(document, out var array);
        using var reader = XmlReader.Create(new MemoryStream(array.Array!, array.Offset, array.Count), Settings);
        var fields = new Dictionary<string, string>();
        var name = "";
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                name = reader.Name;
            }
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                fields[name] = reader.Value;
            }
        }

        return fields;
    }

    private static byte[] FixedText(int size)
    {
        const string Head = "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[";
        const string Tail = "]]></Content></xml>";
        return Encoding.UTF8.GetBytes(Head + new string('.', Math.Max(0, size - Head.Length - Tail.Length)) + Tail);
    }
}
