using System.Globalization;
using Bot.Core.WeChat;

namespace Bot.Tests.WeChat;

public sealed class SignatureTests
{
    private readonly FixedClock _clock = new();

    private string Now => _clock.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void A_signature_computed_elsewhere_is_accepted()
    {
        // sha1 of the three parts put in order by hand, from another program
        var callback = new Callback("", "spamtest-Token1", "", "", CallbackMode.Plain, CallbackFormat.Xml, 0, _clock);

        Assert.True(callback.VerifyGet("ddc6b3640ebafa62d46a5615f18a96d85e2ebbe8", "1409735669", "1320562132"));
    }

    [Fact]
    public void Parts_are_ordered_by_code_and_not_by_alphabet()
    {
        // "1409735669" + "Zeta" + "token": an alphabetical order would put token first
        var callback = new Callback("", "token", "", "", CallbackMode.Plain, CallbackFormat.Xml, 0, _clock);

        Assert.True(callback.VerifyGet("db321739b9b7e9ba9a649e416e3b05cdcfcda49a", "1409735669", "Zeta"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("DDC6B3640EBAFA62D46A5615F18A96D85E2EBBE8")]
    [InlineData("ddc6b3640ebafa62d46a5615f18a96d85e2ebbe9")]
    [InlineData("ddc6b3640ebafa62d46a5615f18a96d85e2ebbe")]
    [InlineData("学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习学习")]
    public void Any_other_signature_is_refused(string? signature)
    {
        var callback = new Callback("", "spamtest-Token1", "", "", CallbackMode.Plain, CallbackFormat.Xml, 0, _clock);

        Assert.False(callback.VerifyGet(signature, "1409735669", "1320562132"));
    }

    [Fact]
    public void Without_a_token_everything_is_refused()
    {
        var callback = new Callback("", "", "", "", CallbackMode.Safe, CallbackFormat.Xml, 0, _clock);

        Assert.False(callback.IsOn);
        Assert.False(callback.VerifyGet(Platform.Sign("", Now, "n"), Now, "n"));
        Assert.Equal(OpenedAs.Forbidden, callback.Open(new CallbackQuery(Platform.Sign("", Now, "n"), Now, "n", null, null), default).As);
    }

    [Theory]
    [InlineData("14097356695", "320562132")]
    [InlineData("140973566", "95320562132")]
    [InlineData("", "14097356695320562132")]
    [InlineData("14097356695320562132", "")]
    public void A_digit_moved_between_timestamp_and_nonce_is_refused_although_the_hash_is_the_same(string timestamp, string nonce)
    {
        var callback = new Callback("", "spamtest-Token1", "", "", CallbackMode.Plain, CallbackFormat.Xml, 0, _clock);
        var signature = Platform.Sign("spamtest-Token1", "1409735669", "5320562132");

        Assert.Equal(signature, Platform.Sign("spamtest-Token1", timestamp, nonce));
        Assert.True(callback.VerifyGet(signature, "1409735669", "5320562132"));
        Assert.False(callback.VerifyGet(signature, timestamp, nonce));
    }

    [Theory]
    [InlineData("17900000x0")]
    [InlineData(" 179000000")]
    [InlineData("-179000000")]
    [InlineData("١٧٩٠٠٠٠٠٠٠")]
    [InlineData(null)]
    public void A_timestamp_is_ten_plain_digits(string? timestamp)
    {
        var callback = new Callback("", "t", "", "", CallbackMode.Plain, CallbackFormat.Xml, 0, _clock);

        Assert.False(callback.VerifyGet(Platform.Sign("t", timestamp ?? "", "n"), timestamp, "n"));
    }

    [Theory]
    [InlineData(600, 0, true)]
    [InlineData(600, -600, true)]
    [InlineData(600, 600, true)]
    [InlineData(600, -601, false)]
    [InlineData(600, 601, false)]
    [InlineData(1, -2, false)]
    [InlineData(0, -100_000_000, true)]
    public void A_push_is_accepted_while_its_timestamp_is_near_our_clock(int allowed, int age, bool accepted)
    {
        var callback = new Callback("", "t", "", "", CallbackMode.Plain, CallbackFormat.Xml, allowed, _clock);
        var timestamp = (_clock.Now.ToUnixTimeSeconds() + age).ToString(CultureInfo.InvariantCulture);
        var query = new CallbackQuery(Platform.Sign("t", timestamp, "n"), timestamp, "n", null, null);

        Assert.Equal(accepted, callback.VerifyGet(query.Signature, timestamp, "n"));
        Assert.Equal(accepted ? OpenedAs.Message : OpenedAs.Forbidden, callback.Open(query, System.Text.Encoding.UTF8.GetBytes(Platform.Text)).As);
    }
}
