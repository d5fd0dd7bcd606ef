using Bot.Core.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.Staff;

/// <summary>Where open pages hear that their figures move.</summary>
internal static class LiveEndpoints
{
    public static void MapLiveFigures(this IEndpointRouteBuilder app)
    {
        var live = app.MapGroup("/staff").RequireAuthorization(StaffPages.Policy).ExcludeFromDescription();
        live.MapGet("/live", OpenAsync);
        live.MapGet("/organisations/{id:int}/live", OpenAsync);
    }

    /// <param name="period">As in the page's address; null for the open one.</param>
    private static async Task<Results<ServerSentEventsResult<string>, NotFound, StatusCodeHttpResult>> OpenAsync(
        int? id, string? period, CurrentStaff staff, StaffScope scope, FigureSheets sheets, LiveFigures live, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if ((await sheets.LessonAsync(period, ct)).IsRefused(out _, out var lesson) || lesson is null
            || (id is { } organisation && (await scope.FindAsync(staff.Viewer, organisation, ct)).IsRefused(out _, out _))
            || StaffSessions.Session(http.User) is not { } session)
        {
            return TypedResults.NotFound();
        }

        var ends = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        if (live.Join(LiveKey.Of(staff.Viewer, id, lesson.RowId), session, staff.Viewer.Actor, ends) is not { } viewer)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy shall pass on each line as it comes
        http.Response.RegisterForDispose(new Leaving(live, viewer)); // also where nothing is ever read from it
        return TypedResults.ServerSentEvents(viewer.ReadAsync(clock, ct));
    }

    private sealed class Leaving(LiveFigures live, LiveViewer viewer) : IDisposable
    {
        public void Dispose() => live.Leave(viewer);
    }
}
