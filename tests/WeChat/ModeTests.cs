using System.Text;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class ModeTests
{
    private readonly FixedClock _clock = new();
    private readonly Platform _platform;

    public ModeTests() => _platform = new Platform(_clock);

    [Fact]
    public void A_message_encrypted_elsewhere_is_opened()
    {
        // encrypted with openssl; its padding is 30 bytes, more than an AES block
        const string Encrypted =
            "Q3stYC6hdFzMh9T8HCvyDJJe5MuZ7J4OV6X0j7kZVFCvr6YjMJMqZ9dtZXwRmuC/cSy5mm0JvK2SC8zaA+JmJSqov5iX9CyAO5vb+bVasS7vaWiPcVhlWlGkAKWJWgyl"
            + "+4gqkR3COamlRYdresaeQ+CWvG/Crs4cRFx1xglrKxvbgBJsF2aI6FBrDpDIZCEk1nG2NTi2WROcu9/7DejAVKgbwVlhfs4qTE5llqNCrxNMOqQnUy+Kc6LscJbLFw9A"
            + "mQPof0xqw4G2s25EhEczdOoSWdI7DyEnHbbHaNNETVi01dhOULdRXwDPnP/k/ZNvIi2kv1X7uLqAI/Od9G5yFObDl0ncDoxrtsOQ4keCreSYAWmW9WdGJwkIjJ3TQA7P"
            + "cevYKXDSdC8GBn46UPcCcUJFahWvY6/aYRx1AOTSNNU=";
        var callback = new Callback(Platform.AppId, Platform.Token, Platform.Key, "", CallbackMode.Safe, CallbackFormat.Xml, 0, _clock);

        var opened = callback.Open(
            new CallbackQuery(
                "ddc6b3640ebafa62d46a5615f18a96d85e2ebbe8", "1409735669", "1320562132", "aes", "6a5d6185d9ca54634392a8d0e52b582335e3d1f2"),
            Encoding.UTF8.GetBytes($"<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName><Encrypt><![CDATA[{Encrypted}]]></Encrypt></xml>"));

        var text = Assert.IsType<TextMessage>(opened.Inbound);
        Assert.Equal("学习😀", text.Content);
        Assert.Equal("6054768590064713728", text.MsgId);
    }

    [Fact]
    public void Plain_mode_opens_a_plain_message()
    {
        var opened = _platform.PushPlain(_platform.Callback(CallbackMode.Plain), Platform.Text);

        Assert.True(opened.IsMessage(out var inbound));
        Assert.Equal("学习", Assert.IsType<TextMessage>(inbound).Content);
    }

    [Fact]
    public void Plain_mode_refuses_a_body_that_is_only_encrypted()
    {
        var opened = _platform.PushEncrypted(_platform.Callback(CallbackMode.Plain), Platform.Text);

        Assert.Equal(OpenedAs.Forbidden, opened.As);
        Assert.False(opened.IsMessage(out _));
    }

    [Fact]
    public void Plain_mode_reads_the_plain_copy_and_not_the_encrypted_one()
    {
        var both = Platform.Text.Replace("</xml>", "<Encrypt><![CDATA[AAAA]]></Encrypt></xml>", StringComparison.Ordinal);

        Assert.Equal("学习", Assert.IsType<TextMessage>(_platform.PushPlain(_platform.Callback(CallbackMode.Plain), both).Inbound).Content);
    }

    [Fact]
    public void Plain_mode_refuses_a_wrong_signature()
    {
        var query = _platform.Query() with { Signature = new string('0', 40) };

        Assert.Equal(OpenedAs.Forbidden, _platform.Callback(CallbackMode.Plain).Open(query, Encoding.UTF8.GetBytes(Platform.Text)).As);
    }

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void A_body_without_its_encrypted_copy_is_refused(CallbackMode mode)
        => Assert.Equal(OpenedAs.Forbidden, _platform.PushPlain(_platform.Callback(mode), Platform.Text).As);

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void The_signature_of_the_address_does_not_stand_in_for_that_of_a_missing_copy(CallbackMode mode)
    {
        var query = _platform.Query() with { EncryptType = "aes", MsgSignature = _platform.Query().Signature };

        Assert.Equal(OpenedAs.Forbidden, _platform.Callback(mode).Open(query, Encoding.UTF8.GetBytes(Platform.Text)).As);
        Assert.Equal(OpenedAs.Forbidden, _platform.Callback(mode).Open(query, "<xml><Encrypt></Encrypt></xml>"u8.ToArray()).As);
    }

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void An_empty_encrypted_copy_is_refused(CallbackMode mode)
        => Assert.Equal(OpenedAs.Forbidden, _platform.PushCiphertext(_platform.Callback(mode), "").As);

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void Of_two_copies_only_the_encrypted_one_is_read(CallbackMode mode)
    {
        var encrypted = Platform.Encrypt(Platform.Text, Platform.Key, Platform.AppId);
        var forged = Platform.Text.Replace("o-1", "o-2", StringComparison.Ordinal).Replace("学习", "删除", StringComparison.Ordinal)
            .Replace("</xml>", $"<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>", StringComparison.Ordinal);

        var opened = _platform.Callback(mode).Open(_platform.Query(encrypted), Encoding.UTF8.GetBytes(forged));

        Assert.Equal("学习", Assert.IsType<TextMessage>(opened.Inbound).Content);
        Assert.Equal("o-1", opened.Inbound.FromUserName);
        Assert.Null(opened.Inbound.Fields.Find("Encrypt"));
    }

    [Theory]
    [InlineData(CallbackMode.Compatible)]
    [InlineData(CallbackMode.Safe)]
    public void The_encrypted_copy_needs_its_own_signature(CallbackMode mode)
    {
        var encrypted = Platform.Encrypt(Platform.Text, Platform.Key, Platform.AppId);
        var body = Encoding.UTF8.GetBytes($"<xml><Encrypt>{encrypted}</Encrypt></xml>");
        var right = _platform.Query(encrypted);
        var callback = _platform.Callback(mode);

        Assert.Equal(OpenedAs.Message, callback.Open(right, body).As);
        Assert.Equal(OpenedAs.Forbidden, callback.Open(right with { MsgSignature = null }, body).As);
        Assert.Equal(OpenedAs.Forbidden, callback.Open(right with { MsgSignature = right.Signature }, body).As);
        Assert.Equal(OpenedAs.Forbidden, callback.Open(right with { MsgSignature = new string('0', 40) }, body).As);
        Assert.Equal(OpenedAs.Forbidden, callback.Open(right with { Signature = null }, body).As);
        Assert.Equal(OpenedAs.Forbidden, callback.Open(right with { Signature = right.MsgSignature }, body).As);
    }

    [Fact]
    public void A_captured_address_does_not_carry_another_body()
    {
        var captured = _platform.Query(Platform.Encrypt(Platform.Text, Platform.Key, Platform.AppId));
        var other = Platform.Encrypt(Platform.Text.Replace("o-1", "o-2", StringComparison.Ordinal), Platform.Key, Platform.AppId);

        Assert.Equal(
            OpenedAs.Forbidden,
            _platform.Callback(CallbackMode.Safe).Open(captured, Encoding.UTF8.GetBytes($"<xml><Encrypt>{other}</Encrypt></xml>")).As);
    }

    [Theory]
    [InlineData("wx2c2769f8efd9abc3")]
    [InlineData("WX2C2769F8EFD9ABC2")]
    [InlineData("wx2c2769f8efd9abc2x")]
    [InlineData("")]
    public void A_message_for_another_account_is_refused(string appId)
        => Assert.Equal(OpenedAs.Forbidden, _platform.PushEncrypted(_platform.Callback(CallbackMode.Safe), Platform.Text, appId: appId).As);

    [Fact]
    public void Json_pushes_are_opened_in_every_mode()
    {
        var plain = _platform.PushPlain(_platform.Callback(CallbackMode.Plain, CallbackFormat.Json), Platform.JsonText);
        var compatible = _platform.PushEncryptedJson(_platform.Callback(CallbackMode.Compatible, CallbackFormat.Json), Platform.JsonText);
        var safe = _platform.PushEncryptedJson(_platform.Callback(CallbackMode.Safe, CallbackFormat.Json), Platform.JsonText);

        foreach (var opened in new[] { plain, compatible, safe })
        {
            Assert.Equal("学习", Assert.IsType<TextMessage>(opened.Inbound).Content);
            Assert.Equal("5832509444155992350", opened.Inbound.MsgId);
        }
    }

    [Fact]
    public void The_format_is_the_configured_one_whatever_arrives()
    {
        Assert.Equal(OpenedAs.Malformed, _platform.PushPlain(_platform.Callback(CallbackMode.Plain), Platform.JsonText).As);
        Assert.Equal(OpenedAs.Malformed, _platform.PushPlain(_platform.Callback(CallbackMode.Plain, CallbackFormat.Json), Platform.Text).As);
        Assert.Equal(OpenedAs.Malformed, _platform.PushEncrypted(_platform.Callback(CallbackMode.Safe), Platform.JsonText).As);
    }

    [Fact]
    public void After_a_rotation_the_old_key_still_opens_and_answers_under_itself()
    {
        var callback = _platform.Callback(CallbackMode.Safe, previousKey: Platform.OtherKey);

        var before = _platform.PushEncrypted(callback, Platform.Text, Platform.OtherKey);
        var after = _platform.PushEncrypted(callback, Platform.Text);

        Assert.Contains("你好", Platform.OpenXmlAnswer(callback.Seal(Reply.Text("你好"), before.Inbound!), Platform.OtherKey), StringComparison.Ordinal);
        Assert.Contains("你好", Platform.OpenXmlAnswer(callback.Seal(Reply.Text("你好"), after.Inbound!)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_previous_key_the_old_one_opens_nothing()
        => Assert.NotEqual(OpenedAs.Message, _platform.PushEncrypted(_platform.Callback(CallbackMode.Safe), Platform.Text, Platform.OtherKey).As);

    [Fact]
    public void The_old_key_does_not_open_messages_for_another_account()
    {
        var callback = _platform.Callback(CallbackMode.Safe, previousKey: Platform.OtherKey);

        Assert.NotEqual(OpenedAs.Message, _platform.PushEncrypted(callback, Platform.Text, Platform.OtherKey, "wx0000000000000000").As);
    }
}
