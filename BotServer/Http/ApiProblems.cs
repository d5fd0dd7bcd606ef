using System.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace Bot.Server.Http;

/// <summary>
/// Every error under /api as ProblemDetails with a <c>code</c>, whatever the caller says to accept. What the framework refuses before any
/// rule is asked – a body, a route, a method – gets its code by its status.
/// </summary>
internal sealed class ApiProblems : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => IsApi(context.HttpContext);

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var problem = context.ProblemDetails;
        var status = problem.Status ??= http.Response.StatusCode;
        problem.Title ??= ReasonPhrases.GetReasonPhrase(status);
        problem.Extensions.TryAdd("code", CodeOf(status));
        problem.Extensions.TryAdd("traceId", Activity.Current?.Id ?? http.TraceIdentifier);
        http.Response.StatusCode = status;

        // By its own type: validation errors are a list that ProblemDetails has not.
        await http.Response.WriteAsJsonAsync(problem, problem.GetType(), options: null, "application/problem+json", http.RequestAborted);
    }

    internal static bool IsApi(HttpContext http) => http.Request.Path.StartsWithSegments("/api");

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "body.invalid",
        StatusCodes.Status401Unauthorized => "session.needed",
        StatusCodes.Status404NotFound => "route.unknown",
        StatusCodes.Status405MethodNotAllowed => "method.unknown",
        StatusCodes.Status408RequestTimeout => "body.too-slow",
        StatusCodes.Status413PayloadTooLarge => "body.too-large",
        StatusCodes.Status415UnsupportedMediaType => "body.not-json",
        < StatusCodes.Status500InternalServerError => "request.refused",
        _ => "fault",
    };
}

internal static class ApiProblemsSetup
{
    public static void AddApiProblems(this IServiceCollection services)
    {
        services.AddSingleton<IProblemDetailsWriter, ApiProblems>(); // before the framework's own: the first that can write does
        services.AddProblemDetails();
    }

    public static void UseApiProblems(this WebApplication app) => app.UseWhen(ApiProblems.IsApi, api => api.UseStatusCodePages());
}
