namespace Bot.Simulator.Page;

/// <summary>
/// Shows the bot's pages inside the phones. The bot must not notice: it sees its own Host, Origin and Referer. Pages ask
/// for absolute paths; whose browser asks is then told by the Referer.
/// </summary>
internal static class WebProxy
{
    public static void MapWebProxy(this IEndpointRouteBuilder app)
    {
        app.Map("/web/{person}/{**path}", (HttpContext http, string person, Phones phones) => OnBehalfOfAsync(http, phones, person));
        app.MapFallback("{**path}", (HttpContext http, Phones phones) => StrayAsync(http, phones));
    }

    /// <summary>A path without a person: a page in a phone asked for it by an absolute address.</summary>
    private static Task StrayAsync(HttpContext http, Phones phones)
    {
        var request = http.Request;
        var person = WebAddress.PersonOf(request);
        if (person is null)
        {
            // A style sheet's font or a module's import names the sheet, not the page. Anything else has lost its way.
            var isAsset = HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Dest"].ToString() is "font" or "image" or "style" or "script";
            return isAsset ? ForwardAsync(http, phones.Nobody.BaseAddress!, null, request.Path + request.QueryString, phones) : NotFound(http);
        }

        if (request.Headers["Sec-Fetch-Mode"] == "navigate")
        {
            http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            http.Response.Headers.Location = WebAddress.Of(person, request.Path + request.QueryString);
            return Task.CompletedTask;
        }

        return OnBehalfOfAsync(http, phones, person);
    }

    private static Task OnBehalfOfAsync(HttpContext http, Phones phones, string personId)
    {
        if (phones.Find(personId) is not { } phone)
        {
            return NotFound(http);
        }

        var address = http.Request.Path + http.Request.QueryString;
        address = WebAddress.PersonOf(address) is null ? address : WebAddress.WithoutPerson(address);
        return ForwardAsync(http, phone.Browser.Bot, phone, address, phones);
    }

    private static async Task ForwardAsync(HttpContext http, Uri bot, Phone? phone, string address, Phones phones)
    {
        using var request = ProxiedRequest.From(http.Request, bot, address);
        try
        {
            using var response = phone is not null
                ? await phone.Browser.SendsAsync(request, http.RequestAborted)
                : await phones.Nobody.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            await ProxiedAnswer.WriteAsync(http, response, bot, phone?.Person.Id);
        }
        catch (HttpRequestException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.WriteAsync("<!doctype html><meta charset=utf-8><p style='font:17px sans-serif;padding:2em'>网页打不开：机器人没有应答。");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The page in the phone was closed; nobody waits for the rest.
        }
    }

    private static Task NotFound(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
