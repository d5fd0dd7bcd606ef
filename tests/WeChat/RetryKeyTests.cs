using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class RetryKeyTests
{
    [Fact]
    public void A_message_is_known_by_account_person_and_id()
    {
        var key = Message(("MsgId", "1"), ("CreateTime", "100"), ("Content", "a")).RetryKey;

        Assert.Equal("gh_1|o-1|1", key);
        Assert.Equal(key, Message(("MsgId", "1"), ("CreateTime", "200"), ("Content", "a")).RetryKey);
    }

    [Fact]
    public void Two_people_may_have_messages_of_one_id()
        => Assert.NotEqual(
            Inbound.From(Fields.Of(("ToUserName", "gh_1"), ("FromUserName", "o-1"), ("MsgType", "text"), ("MsgId", "1"))).RetryKey,
            Inbound.From(Fields.Of(("ToUserName", "gh_1"), ("FromUserName", "o-2"), ("MsgType", "text"), ("MsgId", "1"))).RetryKey);

    [Fact]
    public void An_event_is_known_by_time_kind_key_and_what_it_holds()
    {
        var key = Event(("Event", "CLICK"), ("EventKey", "study")).RetryKey;

        Assert.StartsWith("gh_1|o-1|100|event|click|study|", key, StringComparison.Ordinal);
        Assert.Equal(key, Event(("Event", "CLICK"), ("EventKey", "study")).RetryKey);
        Assert.NotEqual(key, Event(("Event", "CLICK"), ("EventKey", "help")).RetryKey);
        Assert.NotEqual(key, Event(("Event", "VIEW"), ("EventKey", "study")).RetryKey);
    }

    [Fact]
    public void Two_places_sent_within_one_second_are_two_events()
        => Assert.NotEqual(
            Event(("Event", "LOCATION"), ("Latitude", "23.1"), ("Longitude", "113.1")).RetryKey,
            Event(("Event", "LOCATION"), ("Latitude", "23.2"), ("Longitude", "113.1")).RetryKey);

    [Fact]
    public void Two_media_verdicts_within_one_second_are_told_apart_by_their_trace()
    {
        var key = Event(("Event", "wxa_media_check"), ("trace_id", "t1"), ("errcode", "0")).RetryKey;

        Assert.Equal("gh_1|o-1|100|event|wxa_media_check||t1", key);
        Assert.NotEqual(key, Event(("Event", "wxa_media_check"), ("trace_id", "t2"), ("errcode", "0")).RetryKey);
    }

    [Fact]
    public void Two_template_results_within_one_second_are_told_apart_by_their_message()
        => Assert.Equal(
            "gh_1|o-1|100|event|templatesendjobfinish||77", Event(("Event", "TEMPLATESENDJOBFINISH"), ("MsgID", "77"), ("Status", "success")).RetryKey);

    [Fact]
    public void A_message_without_an_id_is_known_by_what_it_holds()
    {
        Assert.Equal(Message(("CreateTime", "100"), ("Content", "a")).RetryKey, Message(("CreateTime", "100"), ("Content", "a")).RetryKey);
        Assert.NotEqual(Message(("CreateTime", "100"), ("Content", "a")).RetryKey, Message(("CreateTime", "100"), ("Content", "b")).RetryKey);
        Assert.NotEqual(Message(("CreateTime", "100"), ("Content", "a")).RetryKey, Message(("CreateTime", "101"), ("Content", "a")).RetryKey);
    }

    [Fact]
    public void A_repeat_laid_out_differently_or_encrypted_anew_is_still_the_same()
    {
        var platform = new Platform(new FixedClock());
        const string Xml = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>VIEW</Event></xml>";

        var plain = platform.PushPlain(platform.Callback(CallbackMode.Plain), Xml.Replace("><", ">\n  <", StringComparison.Ordinal)).Inbound!;
        var encrypted = platform.PushEncrypted(platform.Callback(CallbackMode.Safe), Xml.Replace("VIEW", "<![CDATA[VIEW]]>", StringComparison.Ordinal)).Inbound!;

        Assert.Equal(plain.RetryKey, encrypted.RetryKey);
    }

    private static Inbound Message(params (string, string)[] more)
        => Inbound.From(Fields.Of([("ToUserName", "gh_1"), ("FromUserName", "o-1"), ("MsgType", "text"), .. more]));

    private static Inbound Event(params (string, string)[] more)
        => Inbound.From(Fields.Of([("ToUserName", "gh_1"), ("FromUserName", "o-1"), ("CreateTime", "100"), ("MsgType", "event"), .. more]));
}
