using System.Globalization;
using System.Text.Json.Nodes;
using Bot.Simulator.Page;
using Bot.Simulator.Platform;

namespace Bot.Simulator;

/// <summary>What one pretend user can do in the chat; the phone page and the tests both act through it.</summary>
public sealed class Phone(FakeWeChat wechat, Person person, PhoneBrowser browser)
{
    private const string PictureUrl = "http://localhost:5080/phone/picture.svg";

    public Person Person => person;

    /// <summary>The web view that links open in, with this person's own cookies.</summary>
    public PhoneBrowser Browser => browser;

    public IReadOnlyList<ChatLine> Lines => wechat.Look(() => person.Lines.ToList());

    /// <param name="scene">Scene or address of the QR code that led here; null: by search.</param>
    public Task<Exchange> FollowsAsync(string? scene = null, CancellationToken ct = default)
    {
        wechat.SetFollows(person, true);
        Note($"{person.Name}关注了{wechat.Mp.Name}");
        return PushAsync(Push.Subscribe(scene is null ? null : wechat.CodeFor(scene)), ct);
    }

    public Task<Exchange> UnfollowsAsync(CancellationToken ct = default)
    {
        wechat.SetFollows(person, false);
        Note($"{person.Name}取消了关注");
        return PushAsync(Push.Unsubscribe(), ct);
    }

    /// <summary>Someone who does not follow yet follows by scanning.</summary>
    public Task<Exchange> ScansAsync(string sceneOrUrl, CancellationToken ct = default)
    {
        if (!person.Follows)
        {
            return FollowsAsync(sceneOrUrl, ct);
        }

        Note("扫描了二维码");
        return PushAsync(Push.Scan(wechat.CodeFor(sceneOrUrl)), ct);
    }

    public Task<Exchange> SendsAsync(string text, CancellationToken ct = default)
        => SayAsync("text", line => line with { Text = text }, Push.Text(text), ct);

    /// <summary>Taps a line of an msgmenu.</summary>
    public Task<Exchange> ChoosesAsync(Choice choice, CancellationToken ct = default)
        => SayAsync("text", line => line with { Text = choice.Text }, Push.Text(choice.Text, choice.Id), ct);

    public Task<Exchange> SendsPictureAsync(CancellationToken ct = default)
        => SayAsync("image", line => line with { PictureUrl = "/phone/picture.svg" }, Push.Image(PictureUrl, Chance.Text(64)), ct);

    public Task<Exchange> SendsVoiceAsync(CancellationToken ct = default)
        => SayAsync("voice", line => line, Push.Voice(Chance.Text(64)), ct);

    /// <param name="type">video or shortvideo.</param>
    public Task<Exchange> SendsVideoAsync(string type = "video", CancellationToken ct = default)
        => SayAsync("video", line => line, Push.Video(type, Chance.Text(64)), ct);

    public Task<Exchange> SendsLocationAsync(double latitude, double longitude, string label, CancellationToken ct = default)
        => SayAsync("location", line => line with { Title = label, Description = Coordinates(latitude, longitude) }, Push.Location(latitude, longitude, label), ct);

    public Task<Exchange> SendsLinkAsync(string title, string description, string url, CancellationToken ct = default)
        => SayAsync("link", line => line with { Title = title, Description = description, Url = url }, Push.Link(title, description, url), ct);

    /// <summary>The phone tells its position, as it does when the person has allowed the account to know it.</summary>
    public Task<Exchange> ReportsPositionAsync(double latitude, double longitude, CancellationToken ct = default)
        => PushAsync(Push.Position(latitude, longitude), ct);

    /// <summary>Taps the menu entry with this name, wherever it is.</summary>
    /// <exception cref="InvalidOperationException">The account has published no such entry.</exception>
    public Task<Exchange> TapsAsync(string name, CancellationToken ct = default)
        => TapsAsync(PublishedMenu.Find(PublishedMenu.For(wechat.Mp, person), name) ?? throw new InvalidOperationException($"The menu has no '{name}'."), "", ct);

    /// <param name="scanned">What the camera read, for the entries that scan.</param>
    public async Task<Exchange> TapsAsync(JsonObject button, string scanned, CancellationToken ct)
    {
        MustFollow();
        var type = (string?)button["type"] ?? "";
        var key = (string?)button["key"] ?? "";
        var exchange = await PushAsync(
            type switch
            {
                "view" => Push.View((string)button["url"]!),
                "miniprogram" => Push.ViewMiniProgram((string?)button["pagepath"] ?? ""),
                "scancode_push" or "scancode_waitmsg" => Push.MenuScan(type, key, scanned),
                "pic_sysphoto" or "pic_photo_or_album" or "pic_weixin" => Push.MenuPictures(type, key),
                "location_select" => Push.MenuLocation(key, 40.0, 110.0, "示例地点"),
                _ => Push.Click(key),
            },
            ct);
        return type switch
        {
            "location_select" => await SendsLocationAsync(40.0, 110.0, "示例地点", ct),
            _ when type.StartsWith("pic_", StringComparison.Ordinal) => await SendsPictureAsync(ct),
            _ => exchange,
        };
    }

    /// <summary>Takes back permissions: the data named by <paramref name="revoked"/> (RevokeInfo) must go.</summary>
    public Task<Exchange> RevokesAsync(string revoked, CancellationToken ct = default)
        => PushAsync(Push.Authorization("user_authorization_revoke", person.OpenIdAt(wechat.Mp), wechat.Mp.AppId, revoked), ct);

    /// <summary>Closes the WeChat account for good.</summary>
    public Task<Exchange> ClosesAccountAsync(CancellationToken ct = default)
    {
        wechat.SetFollows(person, false);
        Note($"{person.Name}注销了账号");
        return PushAsync(Push.Authorization("user_authorization_cancellation", person.OpenIdAt(wechat.Mp), wechat.Mp.AppId, "1"), ct);
    }

    /// <summary>Answers the question whether this template may send one notification.</summary>
    public Task<Exchange> AllowsAsync(Account account, string templateId, bool accepts = true, CancellationToken ct = default)
    {
        var key = Person.CreditKey(account, templateId);
        wechat.Change(() => person.Credits[key] = accepts ? person.Credits.GetValueOrDefault(key) + 1 : 0);
        return wechat.SendAsync(person, account, Push.Asked(account, templateId, accepts), ct);
    }

    public Task<Exchange> PushAsync(Push push, CancellationToken ct = default) => wechat.SendAsync(person, wechat.Mp, push, ct);

    /// <summary>A push of the mini program instead of the official account.</summary>
    public Task<Exchange> PushMiniAsync(Push push, CancellationToken ct = default) => wechat.SendAsync(person, wechat.Mini, push, ct);

    /// <summary>What wx.login hands to the mini program.</summary>
    public string LogsInToMini() => wechat.Logins.Issue(wechat.Mini.AppId, person.OpenIdAt(wechat.Mini));

    private Task<Exchange> SayAsync(string kind, Func<ChatLine, ChatLine> with, Push push, CancellationToken ct)
    {
        MustFollow();
        wechat.AddLine(person, Side.Me, kind, with);
        return PushAsync(push, ct);
    }

    private void Note(string text) => wechat.AddLine(person, Side.Note, "text", line => line with { Text = text });

    private void MustFollow()
    {
        if (!person.Follows)
        {
            throw new InvalidOperationException($"{person.Id} does not follow the account, so has no chat with it.");
        }
    }

    private static string Coordinates(double latitude, double longitude)
        => string.Create(CultureInfo.InvariantCulture, $"{latitude:0.0000}, {longitude:0.0000}");
}
