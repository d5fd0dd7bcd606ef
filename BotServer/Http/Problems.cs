using Bot.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Http;

/// <summary>Refusals as ProblemDetails with their code.</summary>
internal static class Problems
{
    public static ProblemHttpResult ToProblem(this Refusal refusal, params ReadOnlySpan<(string Name, object Value)> more)
    {
        var problem = new ProblemDetails
        {
            Status = refusal.Kind switch
            {
                RefusalKind.Invalid => StatusCodes.Status400BadRequest,
                RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
                RefusalKind.NotFound => StatusCodes.Status404NotFound,
                _ => StatusCodes.Status409Conflict,
            },
            Detail = refusal.Detail,
        };
        problem.Extensions["code"] = refusal.Code;
        foreach (var (name, value) in more)
        {
            problem.Extensions[name] = value;
        }

        return TypedResults.Problem(problem);
    }
}
