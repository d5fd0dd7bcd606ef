using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bot.Simulator.Platform;

namespace Bot.Simulator.Api;

/// <summary>Who calls the API and with what, checked before the endpoint runs.</summary>
internal static class Caller
{
    private static readonly object AccountKey = new();

    /// <summary>
    /// Lists the call in the drawer, lets go wrong what is planned to, and refuses what WeChat's front door refuses: bodies without a length.
    /// </summary>
    public static async ValueTask<object?> AtTheDoor(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.ContentLength is null)
        {
            return Results.StatusCode(StatusCodes.Status412PreconditionFailed);
        }

        var result = await MeetAsync(context, next, http.RequestServices.GetRequiredService<PlannedTroubles>());
        var wechat = http.RequestServices.GetRequiredService<FakeWeChat>();
        wechat.Note(new ApiCall(wechat.Clock.GetUtcNow(), http.Request.Path, result is Answers.Verdict verdict ? verdict.Code : 0));
        return result;
    }

    /// <summary>Lets only holders of a valid access_token pass whose account has calls left.</summary>
    public static async ValueTask<object?> WithToken(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var wechat = http.RequestServices.GetRequiredService<FakeWeChat>();
        string? token = http.Request.Query["access_token"];
        var mp = wechat.MpTokens.Check(token);
        if (mp != 0 && wechat.MiniTokens.Check(token) != 0)
        {
            return Answers.No(mp);
        }

        var account = mp == 0 ? wechat.Mp : wechat.Mini;
        http.Items[AccountKey] = account;
        return http.RequestServices.GetRequiredService<CallQuotas>().Take(account.AppId, http.Request.Path) is var spent and not 0 ? Answers.No(spent) : await next(context);
    }

    private static async ValueTask<object?> MeetAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next, PlannedTroubles troubles)
    {
        var http = context.HttpContext;
        if (troubles.EveryCallTakes > TimeSpan.Zero)
        {
            await Task.Delay(troubles.EveryCallTakes, http.RequestAborted);
        }

        var trouble = troubles.NextFor(http.Request.Path);
        switch (trouble?.Kind)
        {
            case TroubleKind.ErrCode:
                return Answers.No(trouble.Value);
            case TroubleKind.Status:
                return Results.StatusCode(trouble.Value);
            case TroubleKind.Slow:
                await Task.Delay(TimeSpan.FromMilliseconds(trouble.Value), http.RequestAborted);
                break;
            case TroubleKind.DropBefore:
                http.Abort();
                return Results.Empty;
        }

        var result = await next(context);
        if (trouble?.Kind == TroubleKind.DropAfter)
        {
            http.Abort();
        }

        return result;
    }

    /// <summary>The account whose token was shown.</summary>
    public static Account Account(this HttpContext http) => (Account)http.Items[AccountKey]!;

    /// <summary>Reads a JSON body the way several endpoints do: byte for byte, escapes not understood.</summary>
    /// <returns>0 and the object, or 44002, 40033, 47001.</returns>
    public static async Task<(int Code, JsonObject Body)> JsonAsync(this HttpRequest request, CancellationToken ct)
    {
        using var memory = new MemoryStream();
        await request.Body.CopyToAsync(memory, ct);
        if (memory.Length == 0)
        {
            return (44002, []);
        }

        var text = Encoding.UTF8.GetString(memory.ToArray());
        if (text.Contains("\\u", StringComparison.Ordinal))
        {
            return (40033, []);
        }

        try
        {
            return JsonNode.Parse(text) is JsonObject body ? (0, body) : (47001, []);
        }
        catch (JsonException)
        {
            return (47001, []);
        }
    }

    public static string? Text(this JsonNode? parent, string name)
        => parent is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static int? Number(this JsonNode? parent, string name)
        => parent is JsonObject fields && fields[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
