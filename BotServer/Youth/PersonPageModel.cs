using Bot.Server.Entry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Youth;

/// <summary>A page for whoever came in by a link from the chat; others get 401 with the way back to the chat.</summary>
internal abstract class PersonPageModel(CurrentPerson me) : PageModel
{
    protected CurrentPerson Me { get; } = me;

    /// <summary>True once the session has been read and its account still stands.</summary>
    protected bool IsSignedIn { get; private set; }

    /// <summary>False for what strangers may read, too.</summary>
    protected virtual bool NeedsPerson => true;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var session = await HttpContext.AuthenticateAsync(Sessions.CookieScheme);
        IsSignedIn = session.Succeeded && await Me.FindAsync(session.Principal, HttpContext.RequestAborted);
        if (IsSignedIn || !NeedsPerson)
        {
            await next();
        }
        else
        {
            context.Result = StatusCode(StatusCodes.Status401Unauthorized);
        }
    }
}
