using Bot.Bench;
using Bot.Bench.Bare;
using Bot.Bench.Setup;

// Progress goes to stderr, one line of JSON a measurement to stdout. Exit code: 0 within the limits, 1 a limit was missed, 2 wrong usage, 3 could not measure.
if (args is ["bare-plain" or "bare-safe", ..])
{
    return await BareEndpoint.RunAsync(args);
}

if (args is [Platform.Verb, ..])
{
    return await Platform.RunAsync(args);
}

if (args is [] or ["--help"])
{
    await Console.Error.WriteLineAsync(BenchOptions.Usage);
    return 2;
}

if (!BenchOptions.TryParse(args, out var options, out var fault))
{
    await Console.Error.WriteLineAsync(fault + Environment.NewLine + BenchOptions.Usage);
    return 2;
}

return await Runner.RunAsync(options);
