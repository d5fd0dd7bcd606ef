using Bot.Core.Staff;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Bot.Server.Staff;

/// <summary>A page for whoever is signed in at the console.</summary>
internal abstract class StaffPageModel(CurrentStaff staff) : PageModel
{
    public Viewer Viewer => staff.Viewer;
}
