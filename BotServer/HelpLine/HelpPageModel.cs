using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.HelpLine;

/// <summary>A page of the help line: for its own staff. For everybody else, administrators too, there is no such page.</summary>
internal abstract class HelpPageModel(CurrentStaff staff, HelpScope scope, ContentLibrary content) : LongListPageModel(staff)
{
    public const string Home = "/staff/help";

    public HelpViewer Me { get; private set; } = null!;

    /// <summary>What has just been done.</summary>
    public string? Told { get; protected set; }

    /// <summary>Why it was not.</summary>
    public string? Problem { get; protected set; }

    [NonHandler]
    public override Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
        => AdmitAsync(context, () => base.OnPageHandlerExecutionAsync(context, next));

    /// <summary>Who may open the page at all; what is on it is asked for each thing.</summary>
    protected virtual bool May(HelpViewer me) => me.SeesQueues;

    protected void Refuse(Refusal refusal) => Problem = content.Reply(refusal.Code);

    /// <summary>What another page's refusal said; anything else in the address is nothing.</summary>
    protected void RefuseTold(string? code)
    {
        if (code?.StartsWith("help.", StringComparison.Ordinal) == true && content.Has(code))
        {
            Problem = content.Reply(code);
        }
    }

    private async Task AdmitAsync(PageHandlerExecutingContext context, Func<Task> goOn)
    {
        if (await scope.OfAsync(Viewer, context.HttpContext.RequestAborted) is not { } me || !May(me))
        {
            context.Result = NotFound();
            return;
        }

        Me = me;
        await goOn();
    }
}
