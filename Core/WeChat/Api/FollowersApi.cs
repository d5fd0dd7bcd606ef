using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Bot.Core.WeChat;

/// <summary>What WeChat knows of one follower. Names and pictures have been empty since 2021.</summary>
/// <param name="Follows">False: nothing else is known.</param>
/// <param name="FollowedAt">UTC; the last time.</param>
/// <param name="UnionId">Only where the accounts are joined on the Open Platform.</param>
/// <param name="Scene">How the person came, such as ADD_SCENE_QR_CODE.</param>
/// <param name="QrScene">Of the code scanned; "" else.</param>
public sealed record Follower(
    string OpenId, bool Follows, DateTimeOffset? FollowedAt, string? UnionId, string Remark, IReadOnlyList<int> TagIds, string Scene, string QrScene)
{
    public override string ToString() => nameof(Follower);

    internal static Follower Read(JsonElement person) => new(
        person.Text("openid") ?? "",
        person.Number("subscribe") == 1,
        person.Instant("subscribe_time"),
        person.Text("unionid"),
        person.Text("remark") ?? "",
        [.. person.Items("tagid_list").Where(id => id.ValueKind == JsonValueKind.Number).Select(id => id.GetInt32())],
        person.Text("subscribe_scene") ?? "",
        person.Text("qr_scene_str") ?? (person.Number("qr_scene") is not 0 and var scene ? scene.ToString(CultureInfo.InvariantCulture) : ""));
}

/// <param name="Count">How many followers have it.</param>
public sealed record FollowerTag(int Id, string Name, int Count);

/// <summary>Followers of the official account, their tags and the blacklist (§6.9).</summary>
public sealed class FollowersApi
{
    private const int MostInfos = 100;
    private const int MostTagged = 50;
    private const int LongestTag = 30;

    private readonly WeChatCalls _calls;

    internal FollowersApi(WeChatCalls calls) => _calls = calls;

    /// <summary>All openids, up to 10,000 a page.</summary>
    /// <param name="after">The last openid of the page before; null from the beginning.</param>
    public IAsyncEnumerable<IReadOnlyList<string>> PagesAsync(string? after, CancellationToken ct)
        => PagesAsync(next => WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/user/get", "next_openid=" + Uri.EscapeDataString(next)), after, ct);

    public async Task<Follower> InfoAsync(string openId, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(openId);
        return Follower.Read(await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/user/info", $"openid={Uri.EscapeDataString(openId)}&lang=zh_CN"), ct));
    }

    /// <param name="openIds">1–100.</param>
    public async Task<IReadOnlyList<Follower>> InfosAsync(IReadOnlyCollection<string> openIds, CancellationToken ct)
    {
        CheckCount(openIds, MostInfos);
        var answer = await _calls.SendAsync(Post("/cgi-bin/user/info/batchget", json => json.WriteList("user_list", openIds, (list, openId) =>
        {
            list.WriteStartObject();
            list.WriteText("openid", openId);
            list.WriteText("lang", "zh_CN");
            list.WriteEndObject();
        })), ct);
        return [.. answer.Items("user_info_list").Select(Follower.Read)];
    }

    /// <param name="name">1–30 bytes of UTF-8: ten Chinese characters; an account has 100 tags at most.</param>
    public async Task<FollowerTag> CreateTagAsync(string name, CancellationToken ct)
    {
        CheckName(name);
        var answer = await _calls.SendAsync(Post("/cgi-bin/tags/create", json => json.WriteObject("tag", tag => tag.WriteText("name", name))) with { MayRepeat = false }, ct);
        return Tag(answer.Member("tag"));
    }

    public async Task<IReadOnlyList<FollowerTag>> TagsAsync(CancellationToken ct)
        => [.. (await _calls.SendAsync(WeChatCall.Get(WeChatAccount.Mp, "/cgi-bin/tags/get"), ct)).Items("tags").Select(Tag)];

    /// <param name="name">As in <see cref="CreateTagAsync"/>.</param>
    public Task RenameTagAsync(int id, string name, CancellationToken ct)
    {
        CheckName(name);
        return _calls.SendAsync(Post("/cgi-bin/tags/update", json => json.WriteObject("tag", tag =>
        {
            tag.WriteNumber("id", id);
            tag.WriteText("name", name);
        })), ct);
    }

    public Task DeleteTagAsync(int id, CancellationToken ct)
        => _calls.SendAsync(Post("/cgi-bin/tags/delete", json => json.WriteObject("tag", tag => tag.WriteNumber("id", id))), ct);

    /// <summary>Who has a tag.</summary>
    /// <inheritdoc cref="PagesAsync(string, CancellationToken)"/>
    public IAsyncEnumerable<IReadOnlyList<string>> TaggedAsync(int tagId, string? after, CancellationToken ct)
        => PagesAsync(
            next => Post("/cgi-bin/user/tag/get", json =>
            {
                json.WriteNumber("tagid", tagId);
                json.WriteText("next_openid", next);
            }), after, ct);

    /// <param name="openIds">1–50; one follower has 20 tags at most (45059).</param>
    public Task TagAsync(int tagId, IReadOnlyCollection<string> openIds, CancellationToken ct) => ChangeMembersAsync("batchtagging", tagId, openIds, ct);

    /// <param name="openIds">1–50.</param>
    public Task UntagAsync(int tagId, IReadOnlyCollection<string> openIds, CancellationToken ct) => ChangeMembersAsync("batchuntagging", tagId, openIds, ct);

    public async Task<IReadOnlyList<int>> TagsOfAsync(string openId, CancellationToken ct)
        => [.. (await _calls.SendAsync(Post("/cgi-bin/tags/getidlist", json => json.WriteText("openid", openId)), ct)).Items("tagid_list").Select(id => id.GetInt32())];

    /// <summary>Who is blacklisted.</summary>
    /// <inheritdoc cref="PagesAsync(string, CancellationToken)"/>
    public IAsyncEnumerable<IReadOnlyList<string>> BlacklistAsync(string? after, CancellationToken ct)
        => PagesAsync(next => Post("/cgi-bin/tags/members/getblacklist", json => json.WriteText("begin_openid", next)), after, ct);

    public Task BlockAsync(IReadOnlyCollection<string> openIds, CancellationToken ct) => BlacklistAsync("batchblacklist", openIds, ct);

    public Task UnblockAsync(IReadOnlyCollection<string> openIds, CancellationToken ct) => BlacklistAsync("batchunblacklist", openIds, ct);

    private async IAsyncEnumerable<IReadOnlyList<string>> PagesAsync(Func<string, WeChatCall> page, string? after, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var next = after ?? ""; ;)
        {
            var answer = await _calls.SendAsync(page(next), ct);
            var openIds = answer.Member("data").Texts("openid");
            if (openIds.Count == 0)
            {
                yield break;
            }

            yield return openIds;
            if (answer.Text("next_openid") is not { } following || following == next)
            {
                yield break;
            }

            next = following;
        }
    }

    private Task ChangeMembersAsync(string name, int tagId, IReadOnlyCollection<string> openIds, CancellationToken ct)
    {
        CheckCount(openIds, MostTagged);
        return _calls.SendAsync(Post("/cgi-bin/tags/members/" + name, json =>
        {
            json.WriteTexts("openid_list", openIds);
            json.WriteNumber("tagid", tagId);
        }), ct);
    }

    private Task BlacklistAsync(string name, IReadOnlyCollection<string> openIds, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfZero(openIds.Count, nameof(openIds));
        return _calls.SendAsync(Post("/cgi-bin/tags/members/" + name, json => json.WriteTexts("openid_list", openIds)), ct);
    }

    private static void CheckCount(IReadOnlyCollection<string> openIds, int most)
    {
        ArgumentOutOfRangeException.ThrowIfZero(openIds.Count, nameof(openIds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(openIds.Count, most, nameof(openIds));
    }

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OutgoingText.ByteCount(name), LongestTag, nameof(name));
    }

    private static FollowerTag Tag(JsonElement tag) => new(tag.Number("id"), tag.Text("name") ?? "", tag.Number("count"));

    private static WeChatCall Post(string method, Action<Utf8JsonWriter> members) => WeChatCall.Post(WeChatAccount.Mp, method, members, mayRepeat: true);
}
