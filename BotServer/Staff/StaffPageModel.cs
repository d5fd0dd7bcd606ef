using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>A page for whoever is signed in at the console.</summary>
internal abstract class StaffPageModel(CurrentStaff staff) : PageModel
{
    public Viewer Viewer => staff.Viewer;

    /// <summary>Whoever has done something sees at once how much is left.</summary>
    [NonHandler]
    public override void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
        if (staff.IsKnown && !HttpMethods.IsGet(Request.Method))
        {
            context.HttpContext.RequestServices.GetRequiredService<TaskMemory>().Forget(Viewer.TrayTops);
        }
    }
}
