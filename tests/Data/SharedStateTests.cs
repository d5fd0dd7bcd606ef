using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Tests.Roster;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Bot.Tests.Data;

/// <summary>Both kinds of shared state keep the same promises.</summary>
public sealed class SharedStateTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly string _key = RandomNumberGenerator.GetHexString(12);

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task What_is_set_is_there_until_it_is_removed(string kind)
    {
        var state = Open(kind);
        Assert.Null(await state.GetAsync(_key, default));

        await state.SetAsync(_key, [1, 2], Minute, default);
        Assert.Equal([1, 2], await state.GetAsync(_key, default));
        await state.SetAsync(_key, [3], Minute, default);
        Assert.Equal([3], await state.GetAsync(_key, default));

        await state.RemoveAsync(_key, default);
        Assert.Null(await state.GetAsync(_key, default));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task Of_twenty_who_add_one_key_one_does(string kind)
    {
        var state = Open(kind);

        var added = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => state.AddAsync(_key, [(byte)i], Minute, default))));

        Assert.Single(added, first => first);
    }

    [Fact]
    public async Task What_has_run_out_can_be_added_again()
    {
        var clock = new TestClock();
        var state = new MemoryState(clock);
        Assert.True(await state.AddAsync(_key, [1], Minute, default));
        Assert.False(await state.AddAsync(_key, [1], Minute, default));

        clock.Now += Minute;

        Assert.Null(await state.GetAsync(_key, default));
        Assert.True(await state.AddAsync(_key, [2], Minute, default));
    }

    [Fact]
    public async Task A_flood_drops_the_oldest_and_keeps_what_lasts_longer()
    {
        var clock = new TestClock();
        var state = new MemoryState(clock);
        await state.SetAsync("dialogue", [1], TimeSpan.FromMinutes(10), default);
        for (var i = 0; i < 120_000; i++)
        {
            clock.Now += TimeSpan.FromMilliseconds(0.1);
            await state.SetAsync($"said:{i}", [], TimeSpan.FromSeconds(40), default);
        }

        Assert.NotNull(await state.GetAsync("dialogue", default));
        Assert.NotNull(await state.GetAsync("said:119999", default));
        Assert.Null(await state.GetAsync("said:0", default));
    }

    [Fact]
    public async Task While_redis_is_away_or_frozen_the_node_keeps_its_own()
    {
        // Accepts connections and never says a word.
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        using var state = Redis($"{frozen.LocalEndpoint},connectTimeout=200");
        Assert.True(await state.AddAsync(_key, [1], Minute, default));
        Assert.False(await state.AddAsync(_key, [2], Minute, default));
        await state.SetAsync(_key, [3], Minute, default);
        Assert.Equal([3], await state.GetAsync(_key, default));
        await state.RemoveAsync(_key, default);
        Assert.Null(await state.GetAsync(_key, default));
    }

    [Fact]
    public async Task The_chat_goes_on_while_redis_is_away()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var address = nobody.LocalEndpoint;
        nobody.Stop();
        await using var bot = await BotUnderTest.StartAsync(("Redis:ConnectionString", $"{address},connectTimeout=200"));
        await bot.ImportAsync("组织路径,组织类型,姓名,出生日期,手机号,团员编号,人员类别\n示例市/一班,,学生001,,13800000001,,团员");
        var code = await bot.InDb(db => db.Organisations.Where(o => o.Name == "一班").Select(o => o.JoinCode).SingleAsync());

        Assert.Contains("绑定好了", await bot.SayAsync("o1", "绑定", code, "学生001", "0001", "同意"), StringComparison.Ordinal);

        var first = await bot.Phone("o2").Repeats("绑定", 77);
        Assert.Equal(first.Body, (await bot.Phone("o2").Repeats("绑定", 77)).Body);
    }

    private static RedisState Redis(string address)
    {
        var options = ConfigurationOptions.Parse(address);
        options.AbortOnConnectFail = false;
        var clock = new TestClock();
        return new RedisState(ConnectionMultiplexer.Connect(options), new MemoryState(clock), clock, NullLogger<RedisState>.Instance);
    }

    private static ISharedState Open(string kind)
    {
        if (kind == "memory")
        {
            return new MemoryState(new TestClock());
        }

        var redis = Environment.GetEnvironmentVariable("BOT_TEST_REDIS");
        Assert.SkipWhen(string.IsNullOrEmpty(redis), "BOT_TEST_REDIS holds no address");
        return Redis(redis!);
    }
}
