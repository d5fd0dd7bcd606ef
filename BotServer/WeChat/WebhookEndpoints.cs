using System.Buffers;
using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Bot.Server.HelpLine;
using Microsoft.Extensions.Options;

namespace Bot.Server.WeChat;

/// <summary>The two addresses that WeChat calls. Answers within four seconds: at five WeChat gives up and repeats.</summary>
internal static partial class WebhookEndpoints
{
    private const int MaxBodyBytes = 64 * 1024;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(4);

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var options = app.ServiceProvider.GetRequiredService<IOptions<WeChatOptions>>().Value;
        var clock = app.ServiceProvider.GetRequiredService<TimeProvider>();
        Map(app, "/wechat/mp", Callback.From(options.Mp, options.MaxClockSkewSeconds, clock), options.Mp.AppId, speaks: true);
        Map(app, "/wechat/mini", Callback.From(options.Mini, options.MaxClockSkewSeconds, clock), options.Mini.AppId, speaks: false);
    }

    /// <param name="speaks">Mini-program pushes take no passive answer.</param>
    private static void Map(IEndpointRouteBuilder app, string path, Callback callback, string appId, bool speaks)
    {
        // Past the middleware: no page headers, no sessions, no problem details; an answer to WeChat has no use for them.
        app.MapGet(path, http => VerifyAsync(http, callback)).ExcludeFromDescription().DisableValidation().ShortCircuit();
        app.MapPost(path, http => ReceiveAsync(http, callback, appId, speaks)).ExcludeFromDescription().DisableValidation().ShortCircuit();
    }

    private static async Task VerifyAsync(HttpContext http, Callback callback)
    {
        var query = http.Request.Query;
        if (!callback.VerifyGet(query["signature"], query["timestamp"], query["nonce"]))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        // The signature does not cover echostr: as text/plain, without sniffing, it can do no harm.
        http.Response.ContentType = "text/plain";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        await http.Response.WriteAsync(query["echostr"].ToString());
    }

    private static async Task ReceiveAsync(HttpContext http, Callback callback, string appId, bool speaks)
    {
        var query = http.Request.Query;
        var call = new CallbackQuery(query["signature"], query["timestamp"], query["nonce"], query["encrypt_type"], query["msg_signature"]);

        // No larger than the message: what it held is wiped afterwards.
        var body = ArrayPool<byte>.Shared.Rent((int)Math.Min(http.Request.ContentLength ?? MaxBodyBytes, MaxBodyBytes) + 1);
        try
        {
            var length = await ReadAsync(http.Request, body);
            if (length > MaxBodyBytes)
            {
                http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            var opened = callback.Open(call, body.AsMemory(0, length));
            if (!opened.IsMessage(out var inbound))
            {
                http.Response.StatusCode = opened.As == OpenedAs.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
                return;
            }

            await AnswerAsync(http, callback, appId, speaks, inbound);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body, clearArray: true);
        }
    }

    private static async Task AnswerAsync(HttpContext http, Callback callback, string appId, bool speaks, Inbound inbound)
    {
        var services = http.RequestServices;
        var cry = speaks && inbound is InboundMessage said && services.GetRequiredService<ContentLibrary>().IsCry(said) ? said : null;
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        budget.CancelAfter(cry is null ? Budget : LateCries.Soon);
        var messageKey = services.GetRequiredService<Vault>().Pseudonym(inbound.RetryKey);
        try
        {
            // Whoever tells of danger does not wait for a database that does not even notice that it is given up.
            await SendAsync(http, cry is null ? await OnceAsync() : await Task.Run(OnceAsync, budget.Token).WaitAsync(budget.Token));
        }
        catch (Exception fault) when (!http.RequestAborted.IsCancellationRequested)
        {
            LogFailed(services.GetRequiredService<ILogger<Dispatcher>>(), inbound.ToString(), fault);
            if (cry is not null)
            {
                services.GetRequiredService<LateCries>().Keep(appId, cry, messageKey);
            }

            await ApologiseAsync(http, callback, speaks, inbound, fault);
        }

        Task<Sealed> OnceAsync() => services.GetRequiredService<RetryGuard>().OnceAsync(
            messageKey,
            async ct =>
            {
                var dispatcher = services.GetRequiredService<Dispatcher>();
                var reply = speaks ? await dispatcher.AnswerAsync(appId, inbound, messageKey, ct) : await dispatcher.NoteAsync(appId, inbound, messageKey, ct);
                return callback.Seal(reply, inbound);
            },
            budget.Token);
    }

    /// <summary>A person reads a sentence; where nobody reads and a repeat may store what was lost, WeChat gets a 500.</summary>
    private static Task ApologiseAsync(HttpContext http, Callback callback, bool speaks, Inbound inbound, Exception fault)
    {
        if (speaks && inbound is InboundMessage or ClickEvent or ScanEvent)
        {
            var content = http.RequestServices.GetRequiredService<ContentLibrary>();
            if (content.IsCry(inbound))
            {
                return SendAsync(http, callback.Seal(Reply.Text(content.Reply(http.RequestServices.GetRequiredService<LateCries>().ApologyFor(inbound))), inbound));
            }

            var storage = DatabaseFaults.IsUnavailable(fault) || fault is WriteQueueFullException || http.RequestServices.GetRequiredService<WriteQueue>().IsFailing;
            return SendAsync(http, callback.Seal(Reply.Text(content.Reply(storage ? "busy.storage" : "busy")), inbound));
        }

        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    private static async Task SendAsync(HttpContext http, Sealed answer)
    {
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, CancellationToken.None);
    }

    /// <summary>Reads at most one byte more than is allowed.</summary>
    private static async Task<int> ReadAsync(HttpRequest request, byte[] body)
    {
        if (request.ContentLength > MaxBodyBytes)
        {
            return MaxBodyBytes + 1;
        }

        var length = 0;
        while (length <= MaxBodyBytes)
        {
            var read = await request.Body.ReadAsync(body.AsMemory(length, Math.Min(body.Length, MaxBodyBytes + 1) - length), request.HttpContext.RequestAborted);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return length;
    }

    [LoggerMessage(LogLevel.Error, "A {Kind} could not be handled.")]
    private static partial void LogFailed(ILogger logger, string kind, Exception fault);
}
