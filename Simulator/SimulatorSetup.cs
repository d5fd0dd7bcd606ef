using System.Text.Json;
using System.Text.Json.Serialization;
using Bot.Simulator.Api;
using Bot.Simulator.Page;
using Bot.Simulator.Platform;
using Bot.Simulator.Start;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bot.Simulator;

/// <summary>The fake platform and its phones for any host: the simulator's own, or one inside a test.</summary>
public static class SimulatorSetup
{
    /// <summary>Name of the HTTP client that goes to the bot.</summary>
    public const string BotClient = "bot";

    /// <param name="services">A <see cref="TimeProvider"/> may be among them already.</param>
    /// <param name="bot">Based at the bot's address; it must neither follow redirects nor keep cookies.</param>
    /// <param name="mode">For a new world; a loaded one keeps its own.</param>
    /// <param name="file">Null: nothing is kept.</param>
    public static void AddSimulator(
        this IServiceCollection services, Func<IServiceProvider, HttpClient> bot, PushMode mode, WorldFile? file = null, Patience? patience = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(p => new FakeWeChat(bot(p), p.GetRequiredService<TimeProvider>(), mode, file, patience));
        services.AddSingleton(p => new Phones(p.GetRequiredService<FakeWeChat>(), bot(p)));
        services.AddSingleton<Joinings>();
        services.AddSingleton(p => new SentTemplates(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton(p => new CallQuotas(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<PlannedTroubles>();
        services.AddSingleton<MassMessages>();
        services.AddSingleton<Kept>();
        services.AddSingleton<MiniSessions>();
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase)));
    }

    /// <summary>A client as <see cref="FakeWeChat"/> and the phones need it: sees redirects, keeps no cookies, waits as long as it takes.</summary>
    public static void AddBotClient(this IServiceCollection services, Uri bot)
        => services.AddHttpClient(BotClient, client =>
            {
                client.BaseAddress = bot;
                client.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
            .RemoveAllLoggers(); // its lines would carry whole addresses, tickets included

    public static void UseSimulator(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles();

        // After the files: otherwise the proxy's catch-all would be chosen before they are looked for.
        app.UseRouting();
        app.MapFakeApi();
        app.MapPhonePage();
        app.MapWebProxy();
    }
}
