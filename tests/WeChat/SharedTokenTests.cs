using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Privacy;
using Bot.Core.WeChat;
using Bot.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Bot.Tests.WeChat;

/// <summary>Two nodes and one token. Their clocks stand still, and their pauses pass at once.</summary>
public sealed class SharedTokenTests : IDisposable
{
    private readonly FixedClock _clock = new() { TimersRing = true };
    private readonly string _name = "wx-" + RandomNumberGenerator.GetHexString(12);
    private readonly string _keys = Directory.CreateTempSubdirectory().FullName;
    private readonly Vault _vault;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private int _fetched;

    public SharedTokenTests() => _vault = new Vault(KeyRing.Open(_keys));

    public void Dispose()
    {
        _vault.Dispose();
        Directory.Delete(_keys, recursive: true);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task Two_nodes_and_a_token_that_expires_cost_one_call_each_time(string kind)
    {
        var state = Open(kind);
        AccessTokens[] nodes = [Node(state), Node(state)];

        Assert.All(await AskAsync(nodes), token => Assert.Equal("T1", token));
        _clock.Now += TimeSpan.FromMinutes(119);
        Assert.All(await AskAsync(nodes), token => Assert.Equal("T2", token));
        Assert.Equal(2, _fetched);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_token_that_WeChat_refused_is_fetched_once_for_both_nodes(string kind)
    {
        var state = Open(kind);
        AccessTokens[] nodes = [Node(state), Node(state)];
        await AskAsync(nodes);

        nodes[0].Invalidate(_name, "T1");
        nodes[1].Invalidate(_name, "T1");

        Assert.All(await AskAsync(nodes), token => Assert.Equal("T2", token));
        Assert.Equal(2, _fetched);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task A_token_that_two_nodes_fetch_ahead_costs_one_call_and_nobody_waits_for_it(string kind)
    {
        var state = Open(kind);
        AccessTokens[] nodes = [Node(state), Node(state)];
        await AskAsync(nodes);
        _clock.Now += TimeSpan.FromSeconds(7200 - 300);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => nodes[i % 2].GetAsync(_name, FetchAsync, _ct, AccessTokens.Ahead), _ct)));
        Assert.Equal(2, _fetched);
        _clock.Now += TimeSpan.FromSeconds(181);
        Assert.All(await AskAsync(nodes), token => Assert.Equal("T2", token));
        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task A_late_complaint_of_one_node_leaves_the_token_that_the_other_has_fetched()
    {
        var state = Open("memory");
        AccessTokens[] nodes = [Node(state), Node(state)];
        await AskAsync(nodes);
        nodes[0].Invalidate(_name, "T1");
        await AskAsync(nodes[..1]);

        nodes[1].Invalidate(_name, "T1");

        Assert.All(await AskAsync(nodes), token => Assert.Equal("T2", token));
        Assert.Equal(2, _fetched);
    }

    [Fact]
    public async Task A_node_that_dies_while_it_fetches_holds_the_others_up_for_fifteen_seconds_at_most()
    {
        var state = new MemoryState(_clock);
        var store = new SharedTokenStore(state, _vault, _clock);
        Assert.True(await store.TryBeginAsync(_name, _ct));
        Assert.False(await store.TryBeginAsync(_name, _ct));
        _clock.Now += TimeSpan.FromSeconds(15);

        Assert.True(await store.TryBeginAsync(_name, _ct));
        Assert.Equal("T1", await Node(state).GetAsync(_name, FetchAsync, _ct)); // and who has waited long enough does without its turn
    }

    [Fact]
    public async Task What_the_nodes_share_is_sealed_and_another_key_ring_cannot_read_it()
    {
        var state = new MemoryState(_clock);
        await Node(state).GetAsync(_name, FetchAsync, _ct);
        var other = Directory.CreateTempSubdirectory().FullName;
        using var vault = new Vault(KeyRing.Open(other));

        var kept = await state.GetAsync("wechat-token:" + _name, _ct);
        Assert.DoesNotContain("T1", System.Text.Encoding.UTF8.GetString(kept!), StringComparison.Ordinal);
        Assert.Equal("T2", await new AccessTokens(_clock, new SharedTokenStore(state, vault, _clock)).GetAsync(_name, FetchAsync, _ct));
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public async Task A_failed_fetch_gives_the_turn_away()
    {
        var state = new MemoryState(_clock);
        await Assert.ThrowsAsync<WeChatSilenceException>(
            () => Node(state).GetAsync(_name, () => throw new WeChatSilenceException("m", mayHaveArrived: false), _ct));

        Assert.Equal("T1", await Node(state).GetAsync(_name, FetchAsync, _ct));
        Assert.DoesNotContain(TimeSpan.FromMilliseconds(200), _clock.Timers);
    }

    [Fact]
    public async Task With_Redis_the_program_shares_its_tokens_and_without_it_keeps_them()
    {
        await using var alone = await BotUnderTest.StartAsync();
        await using var several = await BotUnderTest.StartAsync(("Redis:ConnectionString", "127.0.0.1:1,connectTimeout=100"));

        Assert.IsType<SingleNodeTokens>(alone.Services.GetService(typeof(ITokenStore)));
        Assert.IsType<SharedTokenStore>(several.Services.GetService(typeof(ITokenStore)));
    }

    private AccessTokens Node(ISharedState state) => new(_clock, new SharedTokenStore(state, _vault, _clock));

    private Task<string[]> AskAsync(AccessTokens[] nodes)
        => Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => nodes[i % nodes.Length].GetAsync(_name, FetchAsync, _ct), _ct)));

    private async Task<FreshToken> FetchAsync()
    {
        var token = "T" + Interlocked.Increment(ref _fetched);
        await Task.Delay(10, CancellationToken.None); // long enough for the other node to ask, too
        return new FreshToken(token, TimeSpan.FromHours(2));
    }

    private ISharedState Open(string kind)
    {
        if (kind == "memory")
        {
            return new MemoryState(_clock);
        }

        var redis = Environment.GetEnvironmentVariable("BOT_TEST_REDIS");
        Assert.SkipWhen(string.IsNullOrEmpty(redis), "BOT_TEST_REDIS holds no address");
        return new RedisState(ConnectionMultiplexer.Connect(redis!), new MemoryState(_clock), _clock, NullLogger<RedisState>.Instance);
    }
}
