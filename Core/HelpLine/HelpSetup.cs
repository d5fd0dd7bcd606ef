using Microsoft.Extensions.DependencyInjection;

namespace Bot.Core.HelpLine;

internal static class HelpSetup
{
    public static void AddHelpLine(this IServiceCollection services)
    {
        services.AddSingleton(_ => new HelpPolicy(Path.Combine(AppContext.BaseDirectory, "Content")));
        services.AddSingleton<CaseKeys>();
        services.AddSingleton<HelpAliases>();
        services.AddSingleton<HelpDoor>();
        services.AddSingleton<HelpIntake>();
        services.AddSingleton<HelpStarts>();
        services.AddSingleton<HelpHearing>();
        services.AddSingleton<HelpOutbox>();
        services.AddSingleton<HelpMedia>();
        services.AddSingleton<HelpReturns>();
        services.AddSingleton<HelpRounds>();
        services.AddSingleton<HelpErasure>();
        services.AddScoped<HelpScope>();
        services.AddScoped<HelpRows>();
        services.AddScoped<HelpCases>();
        services.AddScoped<HelpReplies>();
        services.AddScoped<HelpDeeds>();
        services.AddScoped<HelpSteps>();
        services.AddScoped<HelpClosing>();
        services.AddScoped<HelpReports>();
        services.AddScoped<HelpReveals>();
        services.AddScoped<HelpAlerts>();
        services.AddScoped<HelpWebStarts>();
        services.AddScoped<HelpPersonal>();
    }
}
