using System.ComponentModel.DataAnnotations;
using Bot.Core;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bot.Tests.WeChat;

public sealed class OptionsTests
{
    [Fact]
    public void Nothing_configured_is_allowed_and_off()
    {
        var options = Bind();

        Assert.False(Callback.From(options.Mp, options.MaxClockSkewSeconds, TimeProvider.System).IsOn);
        Assert.False(Callback.From(options.Mini, options.MaxClockSkewSeconds, TimeProvider.System).IsOn);
        Assert.Equal(
            (CallbackMode.Safe, OAuth2Mode.Off, CallbackFormat.Json, 600),
            (options.Mp.Mode, options.Mp.OAuth2, options.Mini.Format, options.MaxClockSkewSeconds));
    }

    [Fact]
    public void Every_setting_of_the_contract_is_read()
    {
        var options = Bind(
            ("Mp:AppId", "wx1"), ("Mp:AppSecret", "s"), ("Mp:Token", "t"), ("Mp:EncodingAesKey", Platform.Key), ("Mp:PreviousEncodingAesKey", Platform.OtherKey),
            ("Mp:Mode", "compatible"), ("Mp:OAuth2", "base"),
            ("Mini:AppId", "wx2"), ("Mini:AppSecret", "s"), ("Mini:Token", "t"), ("Mini:EncodingAesKey", Platform.Key), ("Mini:Mode", "plain"), ("Mini:Format", "xml"),
            ("ApiBaseUrl", "http://localhost:5080/api"), ("OAuthBaseUrl", "http://localhost:5080"), ("MaxClockSkewSeconds", "0"));

        Assert.Equal(
            (CallbackMode.Compatible, OAuth2Mode.Base, CallbackMode.Plain, CallbackFormat.Xml),
            (options.Mp.Mode, options.Mp.OAuth2, options.Mini.Mode, options.Mini.Format));
        Assert.True(Callback.From(options.Mp, 0, TimeProvider.System).IsOn);
    }

    [Theory]
    [InlineData("Mp:EncodingAesKey", "short")]
    [InlineData("Mp:EncodingAesKey", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF!")]
    [InlineData("Mp:EncodingAesKey", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG=")]
    [InlineData("Mp:EncodingAesKey", " bcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")]
    [InlineData("Mp:PreviousEncodingAesKey", "short")]
    [InlineData("Mini:EncodingAesKey", "short")]
    [InlineData("Mini:PreviousEncodingAesKey", "short")]
    [InlineData("ApiBaseUrl", "api.weixin.qq.com")]
    [InlineData("ApiBaseUrl", "ftp://api.weixin.qq.com")]
    [InlineData("OAuthBaseUrl", "/relative")]
    [InlineData("MaxClockSkewSeconds", "-1")]
    public void A_bad_value_is_refused_by_the_name_of_its_key(string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => Bind((key, value)));

        Assert.Contains($"WeChat:{key} ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, refused.Message.Replace($"WeChat:{key}", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mp", "safe")]
    [InlineData("Mp", "compatible")]
    [InlineData("Mini", "safe")]
    public void An_encrypted_mode_with_a_token_needs_key_and_appid(string account, string mode)
    {
        var refused = Assert.Throws<SettingsException>(() => Bind(($"{account}:Token", "t"), ($"{account}:Mode", mode)));

        Assert.Contains($"WeChat:{account}:EncodingAesKey ", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"WeChat:{account}:AppId ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_mode_needs_a_token_alone() => Assert.True(Callback.From(Bind(("Mp:Token", "t"), ("Mp:Mode", "plain")).Mp, 0, TimeProvider.System).IsOn);

    [Theory]
    [InlineData("MaxClockSkewSeconds", "abc", "MaxClockSkewSeconds")]
    [InlineData("Mp:Tokn", "t", "Tokn")]
    [InlineData("ApiBaseURI", "https://a", "ApiBaseURI")]
    [InlineData("Mp:Mode", "secret", "WeChat:Mp:Mode")]
    public void An_unknown_key_or_word_is_refused_by_its_name(string key, string value, string named)
        => Assert.Contains(named, Assert.Throws<SettingsException>(() => Bind((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_can_be_validated_alone()
        => Assert.Throws<ValidationException>(() =>
        {
            var options = new WeChatOptions { MaxClockSkewSeconds = -1 };
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        });

    private static WeChatOptions Bind(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"WeChat:{s.Key}", (string?)s.Value)))
            .Build();
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddWeChat(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<WeChatOptions>>().Value;
    }
}
