using Bot.Tests.Support;

namespace Bot.Tests.Operator;

public sealed class CheckTests
{
    private const string TokenPath = "/cgi-bin/stable_token";

    [Fact]
    public async Task Check_says_of_each_part_whether_it_works()
    {
        await using var bot = await BotUnderTest.StartAsync();
        bot.Network.Answer(TokenPath, """{"access_token":"t","expires_in":7200}""");

        var ran = await bot.RunAsync("check");

        Assert.True(ran.Code == 0, ran.Out + ran.Error);
        Assert.Contains("database: ok, schema up to date", ran.Out, StringComparison.Ordinal);
        Assert.Contains("WeChat official account, calls: ok", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_fails_when_WeChat_refuses_the_secret()
    {
        await using var bot = await BotUnderTest.StartAsync();
        bot.Network.Answer(TokenPath, """{"errcode":40125,"errmsg":"invalid appsecret"}""");

        var ran = await bot.RunAsync("check");

        Assert.Equal(1, ran.Code);
        Assert.Contains("WeChat official account, calls: FAILED. WeChat answered /cgi-bin/stable_token with errcode 40125", ran.Out, StringComparison.Ordinal);
        Assert.Contains("database: ok", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_without_secrets_are_off_and_no_fault()
    {
        await using var bot = await BotUnderTest.StartAsync(
            ("WeChat:Mp:AppSecret", ""), ("WeChat:Mp:Token", ""), ("WeChat:Mini:AppSecret", ""), ("WeChat:Mini:Token", ""));

        var ran = await bot.RunAsync("check");

        Assert.Equal(0, ran.Code);
        Assert.Equal(4, ran.Out.Split('\n').Count(line => line.Contains(": off (", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Menu_publish_sends_the_menu_of_Content()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var sent = "";
        bot.Network.Answer(TokenPath, """{"access_token":"t","expires_in":7200}""");
        bot.Network.Answer("/cgi-bin/menu/create", request =>
        {
            using var reader = new StreamReader(request.Content!.ReadAsStream());
            sent = reader.ReadToEnd();
            return """{"errcode":0,"errmsg":"ok"}""";
        });

        Assert.Equal(0, (await bot.RunAsync("menu", "publish")).Code);

        Assert.Contains("本周学习", System.Text.RegularExpressions.Regex.Unescape(sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_publish_fails_plainly_without_secrets_or_when_WeChat_says_no()
    {
        await using var off = await BotUnderTest.StartAsync(("WeChat:Mp:AppSecret", ""));
        Assert.Equal(1, (await off.RunAsync("menu", "publish")).Code);

        await using var bot = await BotUnderTest.StartAsync();
        bot.Network.Answer(TokenPath, """{"errcode":40164,"errmsg":"not in whitelist"}""");
        var ran = await bot.RunAsync("menu", "publish");
        Assert.Equal(1, ran.Code);
        Assert.Contains("40164", ran.Error, StringComparison.Ordinal);
    }
}
