namespace Bot.Server.Roster;

/// <summary>What the console's roster import is made of.</summary>
internal static class RosterPages
{
    public static void AddRosterPages(this IServiceCollection services)
    {
        services.AddSingleton<RosterInbox>();
        services.AddSingleton<RosterIntake>();
        services.AddHostedService(provider => provider.GetRequiredService<RosterIntake>());
        services.AddScoped<RosterForm>();
    }
}
