using Bot.Simulator;
using Bot.Simulator.Platform;
using Bot.Simulator.Start;

SimulatorOptions options;
DataFolder data;
try
{
    if (args.Contains("--help"))
    {
        Console.WriteLine(SimulatorOptions.Usage);
        return 0;
    }

    options = SimulatorOptions.Parse(args);
    Ports.MustBeFree(options.Url, options.BotUrl);
    data = new DataFolder(options.Data, options.Fresh);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

// Not the program's own folder: the bot's appsettings.json lies there.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = data.ToString() });
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseStaticWebAssets(); // outside Development nobody does it by himself
builder.WebHost.UseUrls(options.Url.GetLeftPart(UriPartial.Authority));
builder.Services.AddBotClient(options.BotUrl);
builder.Services.AddSimulator(
    p => p.GetRequiredService<IHttpClientFactory>().CreateClient(SimulatorSetup.BotClient), options.Mode ?? PushMode.Safe, new WorldFile(data.World));
builder.Services.AddSingleton(options);
builder.Services.AddSingleton(data);
builder.Services.AddSingleton<BotProcess>();
builder.Services.AddSingleton<Samples>();

await using var app = builder.Build();
app.UseSimulator();
await app.StartAsync();
return await Opening.RunAsync(app);
