using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Tests.Support;
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

    private static ISharedState Open(string kind)
    {
        if (kind == "memory")
        {
            return new MemoryState(new TestClock());
        }

        var redis = Environment.GetEnvironmentVariable("BOT_TEST_REDIS");
        Assert.SkipWhen(string.IsNullOrEmpty(redis), "BOT_TEST_REDIS holds no address");
        return new RedisState(ConnectionMultiplexer.Connect(redis!));
    }
}
