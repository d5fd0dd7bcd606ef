using Bot.Core.Settings;
using Bot.Tests.Support;

namespace Bot.Tests.Settings;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Site:PublcUrl", "x", "PublcUrl")]
    [InlineData("Site:PublicUrl", "http://example.org", "Site:PublicUrl")]
    [InlineData("Database:Provider", "oracle", "Provider")]
    [InlineData("Databse:Provider", "sqlite", "Databse")]
    [InlineData("Database:ConnectionString", "garbage", "Database:ConnectionString")]
    [InlineData("WeChat:Mp:Tokne", "x", "Tokne")]
    [InlineData("WeChat:Mp:EncodingAesKey", "short", "WeChat:Mp:EncodingAesKey")]
    [InlineData("Jobs:ForgetUsedLinks:Cron", "", "Jobs:ForgetUsedLinks:Cron")]
    [InlineData("Jobs:RemindTransfers:Cron", "every day", "Jobs:RemindTransfers:Cron")]
    [InlineData("Roster:MaxUploadMegabytes", "0", "Roster:MaxUploadMegabytes")]
    [InlineData("Telemetry:OtlpEndpoint", "nowhere", "Telemetry:OtlpEndpoint")]
    public async Task A_bad_or_misspelt_setting_stops_the_start_and_is_named(string key, string value, string named)
    {
        var fault = await Record.ExceptionAsync(async () =>
        {
            await using var bot = await BotUnderTest.StartAsync((key, value), ("Jobs:RunHere", "true"));
        });

        Assert.Contains(named, Assert.IsType<SettingsException>(fault).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_do_not_fit_the_database_stop_the_start()
    {
        await using var bot = await BotUnderTest.StartAsync();
        File.Delete(Path.Combine(bot.Folder, "keys", "installation.key"));

        var fault = await Assert.ThrowsAsync<SettingsException>(bot.RestartAsync);

        Assert.Contains("Keys:Path", fault!.Message, StringComparison.Ordinal);
    }
}
