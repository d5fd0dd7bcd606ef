using Bot.Core.Data;
using Bot.Core.WeChat;
using Bot.Server.Pages;
using Microsoft.AspNetCore.Diagnostics;

namespace Bot.Server.Http;

/// <summary>What failed in the world: 503 where trying again may help, 500 otherwise; a code, no detail.</summary>
internal sealed partial class FaultHandler(IProblemDetailsService problems, ILogger<FaultHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is BadHttpRequestException bad)
        {
            httpContext.Response.StatusCode = bad.StatusCode;
            return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext });
        }

        var (status, code) = exception switch
        {
            WeChatException or WeChatSilenceException => (StatusCodes.Status503ServiceUnavailable, "wechat.unavailable"),
            WriteQueueFullException => (StatusCodes.Status503ServiceUnavailable, "busy.storage"),
            _ when DatabaseFaults.IsUnavailable(exception) => (StatusCodes.Status503ServiceUnavailable, "busy.storage"),
            _ => (StatusCodes.Status500InternalServerError, "busy"),
        };
        LogFault(logger, code, exception);
        httpContext.Response.StatusCode = status;
        if (PageSetup.IsPage(httpContext))
        {
            return true; // without a body: the status pages say it in a sentence
        }

        var context = new ProblemDetailsContext { HttpContext = httpContext };
        context.ProblemDetails.Extensions["code"] = code;
        return await problems.TryWriteAsync(context);
    }

    [LoggerMessage(LogLevel.Error, "A request failed: {Code}.")]
    private static partial void LogFault(ILogger logger, string code, Exception fault);
}
