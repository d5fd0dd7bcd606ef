using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class MessageTests
{
    private readonly Platform _platform = new(new FixedClock());

    [Fact]
    public void A_text_is_read_with_everything_around_it()
    {
        var text = Assert.IsType<TextMessage>(Push(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <xml>
              <MsgId>5832509444155992350</MsgId>
              <Content>a &amp; b</Content>
              <!-- order and layout vary -->
              <MsgType><![CDATA[Text]]></MsgType>
              <CreateTime>1357986928</CreateTime>
              <FromUserName><![CDATA[o-1]]></FromUserName>
              <ToUserName>gh_a96a4a619366</ToUserName>
              <SomethingNew><Inside><![CDATA[kept]]></Inside></SomethingNew>
            </xml>
            """));

        Assert.Equal(("a & b", "text", "o-1", "gh_a96a4a619366"), (text.Content, text.MsgType, text.FromUserName, text.ToUserName));
        Assert.Equal((1357986928, "5832509444155992350"), (text.CreateTime, text.MsgId));
        Assert.Equal("kept", text.Fields.Child("SomethingNew")?.Text("Inside"));
        Assert.Null(text.MenuItemId);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("<Content/>", "")]
    [InlineData("<Content></Content>", "")]
    [InlineData("<Content><![CDATA[]]></Content>", "")]
    [InlineData("<Content><![CDATA[ ]]></Content>", " ")]
    [InlineData("<Content><![CDATA[a]]]]><![CDATA[>b]]></Content>", "a]]>b")]
    [InlineData("<Content>a<![CDATA[b]]>c<!-- d -->e</Content>", "abce")]
    [InlineData("<Content><![CDATA[😀/::)[微笑]\u3000\u00A0]]></Content>", "😀/::)[微笑]\u3000\u00A0")]
    public void The_content_is_what_the_person_typed(string element, string content)
        => Assert.Equal(content, Assert.IsType<TextMessage>(Push(Message("text", element))).Content);

    [Fact]
    public void A_tapped_menu_item_is_a_text_with_its_id()
        => Assert.Equal("101", Assert.IsType<TextMessage>(Push(Message("text", "<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid>"))).MenuItemId);

    [Fact]
    public void Media_messages_carry_their_ids()
    {
        var image = Assert.IsType<ImageMessage>(Push(Message("image", "<PicUrl>https://a/b</PicUrl><MediaId>m1</MediaId>")));
        var voice = Assert.IsType<VoiceMessage>(Push(Message("voice", "<MediaId>m2</MediaId><Format>amr</Format>")));
        var video = Assert.IsType<VideoMessage>(Push(Message("video", "<MediaId>m3</MediaId><ThumbMediaId>t3</ThumbMediaId>")));
        var shortVideo = Assert.IsType<VideoMessage>(Push(Message("shortvideo", "<MediaId>m4</MediaId><ThumbMediaId>t4</ThumbMediaId>")));

        Assert.Equal(("https://a/b", "m1"), (image.PicUrl, image.MediaId));
        Assert.Equal(("m2", "amr", null), (voice.MediaId, voice.Format, voice.Recognition));
        Assert.Equal(("m3", "t3", false), (video.MediaId, video.ThumbMediaId, video.IsShort));
        Assert.Equal(("m4", "t4", true), (shortVideo.MediaId, shortVideo.ThumbMediaId, shortVideo.IsShort));
    }

    [Fact]
    public void Places_links_and_cards_are_read()
    {
        var place = Assert.IsType<LocationMessage>(Push(Message(
            "location", "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale><Label>某地</Label>")));
        var link = Assert.IsType<LinkMessage>(Push(Message("link", "<Title>t</Title><Description>d</Description><Url>https://u</Url>")));
        var card = Assert.IsType<MiniProgramPageMessage>(Push(Message(
            "miniprogrampage", "<Title>t</Title><AppId>wx1</AppId><PagePath>p</PagePath><ThumbUrl>https://i</ThumbUrl><ThumbMediaId>m</ThumbMediaId>")));

        Assert.Equal((23.134521m, 113.358803m, 20, "某地"), (place.Latitude, place.Longitude, place.Scale, place.Label));
        Assert.Equal(("t", "d", "https://u"), (link.Title, link.Description, link.Url));
        Assert.Equal(("t", "wx1", "p", "https://i", "m"), (card.Title, card.AppId, card.PagePath, card.ThumbUrl, card.ThumbMediaId));
    }

    [Fact]
    public void A_kind_that_does_not_exist_yet_keeps_all_its_fields()
    {
        var unknown = Assert.IsType<UnknownMessage>(Push(Message("hologram", "<A>1</A><A>2</A><B><C>3</C></B>")));

        Assert.Equal("hologram", unknown.MsgType);
        Assert.Equal(["1", "2"], unknown.Fields.All.Where(f => f.Name == "A").Select(f => f.Value));
        Assert.Equal("3", unknown.Fields.Child("B")?.Text("C"));
    }

    [Theory]
    [InlineData("1357986928", 1357986928)]
    [InlineData("1357986928123", 1357986928)]
    [InlineData("", 0)]
    [InlineData("soon", 0)]
    [InlineData("-5", 0)]
    [InlineData("99999999999999999999999", 0)]
    [InlineData("1e9", 0)]
    public void The_creation_time_is_seconds_or_0(string sent, long seconds)
        => Assert.Equal(seconds, Push(Message("text", "", sent)).CreateTime);

    [Fact]
    public void An_openid_is_whatever_WeChat_says_it_is()
    {
        var inbound = Push("<xml><FromUserName>中文|' OR 1=1</FromUserName><MsgType>text</MsgType></xml>");

        Assert.Equal("中文|' OR 1=1", inbound.FromUserName);
        Assert.Equal("", inbound.ToUserName);
    }

    [Fact]
    public void Json_numbers_and_strings_mean_the_same()
    {
        var numbers = PushJson("""{"FromUserName":"o-1","MsgType":"text","CreateTime":1357986928,"MsgId":9223372036854775807}""");
        var strings = PushJson("""{"FromUserName":"o-1","MsgType":"TEXT","CreateTime":"1357986928","MsgId":"9223372036854775807"}""");

        Assert.Equal((numbers.CreateTime, numbers.MsgId, numbers.MsgType), (strings.CreateTime, strings.MsgId, strings.MsgType));
        Assert.Equal("9223372036854775807", numbers.MsgId);
        Assert.Equal("", Assert.IsType<TextMessage>(numbers).Content);
    }

    [Fact]
    public void Json_keeps_unknown_fields_of_every_shape()
    {
        var fields = PushJson("""{"FromUserName":"o-1","MsgType":"x","a":{"b":[1,"2",{"c":true}],"d":null},"e":[[3]]}""").Fields;

        Assert.Equal(["1", "2", ""], fields.Child("a")!.All.Select(f => f.Value));
        Assert.Equal("true", Assert.Single(fields.Child("a")!.Each("b")).Text("c"));
        Assert.Equal("3", fields.Text("e"));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.IsType<TextMessage>(Push("\uFEFF" + Platform.Text));
        Assert.IsType<TextMessage>(PushJson("\uFEFF" + Platform.JsonText));
    }

    [Fact]
    public void Nothing_a_person_typed_shows_when_a_message_is_printed()
    {
        var opened = _platform.PushPlain(_platform.Callback(CallbackMode.Plain), Platform.Text);

        foreach (var printed in new[] { $"{opened}", $"{opened.Inbound}", $"{opened.Inbound!.Fields}", $"{Reply.Text("学习")}" })
        {
            Assert.DoesNotContain("学习", printed, StringComparison.Ordinal);
            Assert.DoesNotContain("o-1", printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Half_a_megabyte_in_tiny_pieces_is_read_without_copying_it_over_and_over()
    {
        var pieces = new StringBuilder("<Content>").Insert(9, "<![CDATA[a]]>", 40_000).Append("</Content>").ToString();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var text = Assert.IsType<TextMessage>(Push(Message("text", pieces)));

        Assert.Equal(40_000, text.Content.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    private static string Message(string type, string fields, string createTime = "1790000000")
        => $"<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>{createTime}</CreateTime><MsgType>{type}</MsgType>{fields}<MsgId>1</MsgId></xml>";

    private Inbound Push(string xml) => Message(_platform.PushPlain(_platform.Callback(CallbackMode.Plain), xml));

    private Inbound PushJson(string json) => Message(_platform.PushPlain(_platform.Callback(CallbackMode.Plain, CallbackFormat.Json), json));

    private static Inbound Message(Opened opened)
    {
        Assert.Equal(OpenedAs.Message, opened.As);
        return opened.Inbound!;
    }
}
