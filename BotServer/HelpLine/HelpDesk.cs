using Bot.Core.HelpLine;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.HelpLine;

/// <summary>What the help line's part of the console is made of, beside its pages.</summary>
internal static class HelpDesk
{
    public static void AddHelpDesk(this IServiceCollection services)
    {
        services.AddSingleton(_ => new HelpAnswers(Path.Combine(AppContext.BaseDirectory, "Content")));
        services.AddScoped<HelpRows>();
        services.AddScoped<HelpInbox>();
        services.AddScoped<HelpTeams>();
        services.AddScoped<HelpStaff>();
        services.AddScoped<HelpDuties>();
        services.AddScoped<HelpReadLog>();
        services.AddScoped<HelpStatistics>();
        services.AddScoped<HelpShapes>();
        services.AddScoped<HelpCaseDeeds>();
        services.AddSingleton<HelpLive>();
        services.AddHostedService(provider => provider.GetRequiredService<HelpLive>());
    }

    /// <summary>Where open pages hear that something has changed.</summary>
    public static void MapHelpDesk(this IEndpointRouteBuilder app)
        => app.MapGet("/staff/help/live", OpenAsync).RequireAuthorization(StaffPages.Policy).ExcludeFromDescription();

    /// <param name="of">The case whose thread is open; null on the inbox.</param>
    private static async Task<Results<ServerSentEventsResult<string>, NotFound, StatusCodeHttpResult>> OpenAsync(
        int? of, CurrentStaff staff, HelpScope scope, HelpCases cases, HelpLive live, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (StaffSessions.Session(http.User)?.Staff is not { } session || await scope.OfAsync(staff.Viewer, ct) is not { SeesQueues: true } me
            || (of is { } id && (await cases.PulseAsync(me, id, ct)).IsRefused(out _)))
        {
            return TypedResults.NotFound();
        }

        var ends = http.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        if (live.Join(session, of, ends) is not { } listener)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.Headers["X-Accel-Buffering"] = "no"; // a proxy shall pass on each line as it comes
        http.Response.RegisterForDispose(new Leaving(live, listener)); // also where nothing is ever read from it
        return TypedResults.ServerSentEvents(listener.ReadAsync(clock, ct));
    }

    private sealed class Leaving(HelpLive live, HelpListener listener) : IDisposable
    {
        public void Dispose() => live.Leave(listener);
    }
}
