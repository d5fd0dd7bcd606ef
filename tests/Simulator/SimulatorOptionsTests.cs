using Bot.Simulator.Platform;
using Bot.Simulator.Start;

namespace Bot.Tests.Simulator;

public sealed class SimulatorOptionsTests
{
    [Fact]
    public void Options_are_read()
    {
        var options = SimulatorOptions.Parse(["--mode", "plain", "--bot-url", "http://127.0.0.1:6000/", "--data", "/tmp/x", "--fresh", "--oauth2"]);

        Assert.Equal((PushMode.Plain, "http://127.0.0.1:6000/", true, true), (options.Mode, options.BotUrl.AbsoluteUri, options.Fresh, options.OAuth2));
        Assert.Equal(Path.GetFullPath("/tmp/x"), options.Data);
    }

    [Theory]
    [InlineData("--mode", "secret")]
    [InlineData("--mode")]
    [InlineData("--speed", "1")]
    [InlineData("--bot-url", "http://example.com")]
    [InlineData("--url", "http://0.0.0.0:5080")]
    [InlineData("--url", "http://localhost:5000")]
    public void What_cannot_be_or_would_be_open_to_others_is_refused(params string[] args)
        => Assert.Throws<ArgumentException>(() => SimulatorOptions.Parse(args));

    [Fact]
    public void Fresh_empties_a_simulators_folder_and_no_other()
    {
        var folder = Directory.CreateTempSubdirectory("data").FullName;
        File.WriteAllText(Path.Combine(folder, "letter.txt"), "dear");
        Assert.Throws<ArgumentException>(() => new DataFolder(folder, fresh: true));

        File.WriteAllText(new DataFolder(folder, fresh: false).World, "{}");
        _ = new DataFolder(folder, fresh: true);

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }
}
