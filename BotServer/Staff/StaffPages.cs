using Bot.Server.HelpLine;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bot.Server.Staff;

/// <summary>What the console is made of.</summary>
internal static class StaffPages
{
    public const string Policy = "Staff";

    public static void AddStaffPages(this IServiceCollection services)
    {
        services.AddAuthorizationBuilder().AddPolicy(Policy, policy => policy.AddAuthenticationSchemes(StaffSessions.Scheme).RequireAuthenticatedUser());
        services.Configure<RazorPagesOptions>(options =>
        {
            options.Conventions.AddPageRoute("/Staff/OrganisationPage", "/staff");
            options.Conventions.AddPageRoute("/Staff/LedgerPage", "/staff/ledger");
            options.Conventions.AddPageRoute("/Staff/ColleaguesPage", "/staff/colleagues");

            // Whatever slice a console page belongs to, it is closed unless it says otherwise.
            options.Conventions.AddFolderApplicationModelConvention("/", Close);
        });
        services.TryAddScoped<CurrentStaff>();
        services.AddScoped<FigureSheets>();
        services.AddScoped<ReportFigures>();
        services.AddScoped<ExportSheets>();
        services.AddScoped<JoinPictures>();
        services.AddHostedService<BoardWarming>();
        services.AddSingleton<LiveFigures>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveFigures>());
        services.AddHelpDesk();
    }

    private static void Close(PageApplicationModel page)
    {
        if (page.RouteTemplate?.TrimStart('/').StartsWith("staff", StringComparison.OrdinalIgnoreCase) == true)
        {
            page.EndpointMetadata.Add(new AuthorizeAttribute(Policy));
        }
    }
}
