using Bot.Core;
using Bot.Core.Privacy;
using Bot.Jobs;
using Bot.Server.Calendar;
using Bot.Server.Entry;
using Bot.Server.Health;
using Bot.Server.HelpLine;
using Bot.Server.Http;
using Bot.Server.Lessons;
using Bot.Server.Pages;
using Bot.Server.Privacy;
using Bot.Server.Pushes;
using Bot.Server.Roster;
using Bot.Server.Staff;
using Bot.Server.Telemetry;
using Bot.Server.WeChat;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bot.Server;

/// <summary>What the server is made of, one line a slice.</summary>
internal static class ServerSetup
{
    public static void AddBot(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddCore(builder.Configuration);
        services.AddJobs(builder.Configuration);
        services.AddTelemetry(builder.Configuration);
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1024 * 1024;
        });

        // Request lines hold signatures, openids and link tickets: never to the log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

        // The key ring's folder is protected as a whole; one warning a start about it would be noise.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        var keys = builder.Configuration["Keys:Path"] ?? new KeysOptions().Path;
        services.AddDataProtection().SetApplicationName("youth-bot").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(keys, "sessions")));
        services.AddAuthentication(Sessions.Scheme).AddSessions().AddStaffSessions();
        services.AddSessionCookies();
        services.AddAuthorization();
        builder.AddPages();
        services.AddStaffPages();
        services.AddRosterPages();
        services.AddApiProblems();
        services.AddExceptionHandler<FaultHandler>();
        services.AddValidation();
        services.AddOpenApi();
        services.AddScoped<AudienceDesk>();
        services.AddScoped<CurrentPerson>();
        services.AddWeChatBot();
        services.AddBotCommand<StudyCommand>();
        services.AddBotCommand<JoinCommand>();
        services.AddBotCommand<RecordCommand>();
        services.AddBotCommand<PrivacyCommand>();
        services.AddBotCommand<ProgressCommand>();
        services.AddBotCommand<AppealCommand>();
        services.AddBotCommand<ArticlesCommand>();
        services.AddBotCommand<StaffLinkCommand>();
        services.AddBotCommand<StopPushesCommand>();
        services.AddBotCommand<StartPushesCommand>();
        services.AddScoped<ReminderWords>();
        services.AddBotCommand<RemindCommand>();
        services.AddBotCommand<RemindWeeklyCommand>();
        services.AddBotCommand<RemindOffCommand>();
    }

    public static void UseBot(this WebApplication app)
    {
        app.UsePages();
        app.UseApiProblems();
        app.UseExceptionHandler();
        app.UsePageHeaders();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapWebhooks();
        app.MapEntry();
        app.MapSessions();
        app.MapLessons();
        app.MapRates();
        app.MapHelp();
        app.MapPrivacy();
        app.MapPictures();
        app.MapOpenApi();
        app.MapLiveFigures();
        app.MapHelpDesk();
        app.MapPages();
    }

    private static void AddWeChatBot(this IServiceCollection services)
    {
        services.AddSingleton<WordIndex>();
        services.AddSingleton<BotCommands>();
        services.AddSingleton<Dialogues>();
        services.AddSingleton<RetryGuard>();
        services.AddScoped<Telling>();
        services.AddScoped<HelpSentences>();
        services.AddScoped<HelpRelay>();
        services.AddSingleton<LateCries>();
        services.AddHostedService(provider => provider.GetRequiredService<LateCries>());
        services.AddScoped<Dispatcher>();
        services.AddBotCommand<WelcomeCommand>();
        services.AddBotCommand<HelpCommand>();
        services.AddBotCommand<HelpLineCommand>();
        services.AddBotCommand<CancelCommand>();
    }
}
