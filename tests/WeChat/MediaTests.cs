using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

/// <summary>Files out and in, byte for byte.</summary>
public sealed class MediaTests
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0x0D, 0x0A, 0x2D, 0x2D, 0x00, 0xD9];

    private readonly FakeWeChat _wechat = new(new FixedClock());
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_out_as_the_form_that_WeChat_understands()
    {
        _wechat.TokenAnd("""{"type":"image","media_id":"M-1","created_at":1790000000}""");

        var uploaded = await _wechat.Api.Media.UploadAsync(WeChatAccount.Mp, MediaKind.Image, new WeChatFile(Jpeg, "image/jpeg"), _ct);

        Assert.Equal(new UploadedMedia("M-1", DateTimeOffset.FromUnixTimeSeconds(1_790_000_000)), uploaded);
        var call = _wechat.Calls[1];
        Assert.Equal(("POST", "/cgi-bin/media/upload?access_token=T1&type=image"), (call.Method, call.Path));
        const string Type = "multipart/form-data; boundary=";
        Assert.StartsWith(Type, call.ContentType, StringComparison.Ordinal);
        var boundary = call.ContentType![Type.Length..];
        Assert.Matches("^[0-9a-z-]{20,70}$", boundary);
        byte[] expected =
        [
            .. Encoding.ASCII.GetBytes(
                $"--{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"file.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"),
            .. Jpeg,
            .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
        Assert.Equal(expected, call.Body);
        Assert.Equal((expected.Length, null), (call.Length, call.Chunked));
    }

    [Fact]
    public async Task A_permanent_video_brings_its_title_as_a_second_part()
    {
        _wechat.TokenAnd("""{"media_id":"M-2"}""");

        await _wechat.Api.Media.AddMaterialAsync(MediaKind.Video, new WeChatFile([1, 2], "video/mp4"), "学习😀", null, _ct);

        var call = _wechat.Calls[1];
        var boundary = call.ContentType!.Split('=')[1];
        Assert.Equal("/cgi-bin/material/add_material?access_token=T1&type=video", call.Path);
        Assert.EndsWith(
            $"\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"description\"\r\nContent-Type: application/json\r\n\r\n"
            + $"{{\"title\":\"学习😀\",\"introduction\":\"\"}}\r\n--{boundary}--\r\n", call.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_for_an_article_has_an_address()
    {
        _wechat.TokenAnd("""{"url":"http://mmbiz.qpic.cn/x"}""");

        Assert.Equal("http://mmbiz.qpic.cn/x", await _wechat.Api.Media.UploadImageAsync(new WeChatFile(Jpeg, "image/png"), _ct));

        Assert.Equal("/cgi-bin/media/uploadimg?access_token=T1", _wechat.Calls[1].Path);
        Assert.Contains("filename=\"file.png\"\r\nContent-Type: image/png", _wechat.Calls[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_comes_back_as_its_bytes_a_video_as_its_address_and_a_refusal_as_one()
    {
        _wechat.Token().Answers(Jpeg, "image/jpeg").Answers("""{"video_url":"http://v.test/1"}""")
            .Answers("""{"errcode":40007,"errmsg":"invalid media_id rid: 5f-1-2"}"""u8.ToArray(), "image/jpeg");

        var picture = await _wechat.Api.Media.GetAsync(WeChatAccount.Mp, "M/1", _ct);
        Assert.Equal(Jpeg, picture.File!.Bytes);
        Assert.Equal("image/jpeg", picture.File.ContentType);
        Assert.Equal(("GET", "/cgi-bin/media/get?access_token=T1&media_id=M%2F1"), (_wechat.Calls[1].Method, _wechat.Calls[1].Path));
        Assert.Equal("http://v.test/1", (await _wechat.Api.Media.GetAsync(WeChatAccount.Mp, "M-2", _ct)).VideoUrl);
        var refused = await Assert.ThrowsAsync<WeChatException>(() => _wechat.Api.Media.GetAsync(WeChatAccount.Mp, "M-3", _ct));
        Assert.Equal((40007, WeChatEffect.Unknown, "5f-1-2"), (refused.Code, refused.Verdict.Effect, refused.Rid));
    }

    [Fact]
    public async Task Files_that_WeChat_would_refuse_are_not_sent()
    {
        var media = _wechat.Api.Media;
        Task Upload(MediaKind kind, string type, int bytes) => media.UploadAsync(WeChatAccount.Mp, kind, new WeChatFile(new byte[bytes], type), _ct);

        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Image, "image/jpeg", 2 * 1024 * 1024));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Image, "image/jpeg", 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Image, "video/mp4", 9));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Voice, "audio/mpeg", (2 * 1024 * 1024) + 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Video, "video/mp4", (10 * 1024 * 1024) + 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Upload(MediaKind.Thumb, "image/jpeg", (64 * 1024) + 1));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => media.UploadImageAsync(new WeChatFile(new byte[(1024 * 1024) + 1], "image/png"), _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => media.AddMaterialAsync(MediaKind.Video, new WeChatFile([1], "video/mp4"), null, null, _ct));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => media.MaterialsAsync(MediaKind.Image, 0, 21, _ct));
        Assert.Empty(_wechat.Calls);
    }

    [Fact]
    public async Task Permanent_files_are_counted_listed_and_deleted()
    {
        _wechat.TokenAnd("""{"voice_count":1,"video_count":2,"image_count":3,"news_count":4}""")
            .Answers("""{"total_count":3,"item_count":1,"item":[{"media_id":"M","name":"封面","url":"u","update_time":1790000000}]}""").Answers("""{"errcode":0}""")
            .Answers(Jpeg, "image/jpeg");

        Assert.Equal(new MaterialCount(1, 2, 3, 4), await _wechat.Api.Media.CountMaterialsAsync(_ct));
        var page = await _wechat.Api.Media.MaterialsAsync(MediaKind.Image, 20, 20, _ct);
        Assert.Equal((3, "封面"), (page.Total, Assert.Single(page.Items).Name));
        await _wechat.Api.Media.DeleteMaterialAsync("M", _ct);
        Assert.Equal(Jpeg, (await _wechat.Api.Media.GetMaterialAsync("M", _ct)).File!.Bytes);

        Assert.Equal("""{"type":"image","offset":20,"count":20}""", _wechat.Calls[2].Text);
        Assert.Equal(
            ["/cgi-bin/material/get_materialcount", "/cgi-bin/material/batchget_material", "/cgi-bin/material/del_material", "/cgi-bin/material/get_material"],
            _wechat.Calls.Skip(1).Select(c => new Uri(c.Url).AbsolutePath));
    }
}
