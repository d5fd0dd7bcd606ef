using System.ComponentModel.DataAnnotations;

namespace Bot.Core.WeChat;

public enum CallbackMode
{
    Plain,
    Compatible,
    Safe,
}

public enum CallbackFormat
{
    Xml,
    Json,
}

public enum OAuth2Mode
{
    Off,
    Base,
}

/// <summary>The official account. An empty token switches its webhook off, an empty secret its API calls.</summary>
public sealed class MpOptions
{
    public string AppId { get; set; } = "";

    public string AppSecret { get; set; } = "";

    public string Token { get; set; } = "";

    public string EncodingAesKey { get; set; } = "";

    /// <summary>The key before a rotation; messages under it are still opened, and answered under it.</summary>
    public string PreviousEncodingAesKey { get; set; } = "";

    public CallbackMode Mode { get; set; } = CallbackMode.Safe;

    public OAuth2Mode OAuth2 { get; set; } = OAuth2Mode.Off;
}

/// <summary>The mini program; as <see cref="MpOptions"/>.</summary>
public sealed class MiniOptions
{
    public string AppId { get; set; } = "";

    public string AppSecret { get; set; } = "";

    public string Token { get; set; } = "";

    public string EncodingAesKey { get; set; } = "";

    /// <inheritdoc cref="MpOptions.PreviousEncodingAesKey"/>
    public string PreviousEncodingAesKey { get; set; } = "";

    public CallbackMode Mode { get; set; } = CallbackMode.Safe;

    public CallbackFormat Format { get; set; } = CallbackFormat.Json;
}

/// <summary>Section "WeChat". Validation messages begin with the whole key, such as WeChat:Mp:EncodingAesKey.</summary>
public sealed class WeChatOptions : IValidatableObject
{
    public const string Section = "WeChat";

    public MpOptions Mp { get; set; } = new();

    public MiniOptions Mini { get; set; } = new();

    public string ApiBaseUrl { get; set; } = "https://api.weixin.qq.com";

    public string OAuthBaseUrl { get; set; } = "https://open.weixin.qq.com";

    /// <summary>How far a push's timestamp may be from our clock, either way; 0 accepts any.</summary>
    public int MaxClockSkewSeconds { get; set; } = 600;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var mp = Account("Mp", Mp.AppId, Mp.Token, Mp.Mode, Mp.EncodingAesKey, Mp.PreviousEncodingAesKey);
        var mini = Account("Mini", Mini.AppId, Mini.Token, Mini.Mode, Mini.EncodingAesKey, Mini.PreviousEncodingAesKey);
        foreach (var (key, fault) in mp.Concat(mini).Concat(Shared()))
        {
            yield return new ValidationResult($"{Section}:{key} {fault}", [key]);
        }
    }

    private static IEnumerable<(string Key, string Fault)> Account(
        string name, string appId, string token, CallbackMode mode, string aesKey, string previousAesKey)
    {
        if (aesKey.Length > 0 && !CallbackCipher.IsKey(aesKey))
        {
            yield return ($"{name}:EncodingAesKey", "must be empty or the 43 base64 characters that WeChat's console shows.");
        }

        if (previousAesKey.Length > 0 && !CallbackCipher.IsKey(previousAesKey))
        {
            yield return ($"{name}:PreviousEncodingAesKey", "must be empty or 43 base64 characters.");
        }

        if (token.Length == 0 || mode == CallbackMode.Plain)
        {
            yield break;
        }

        if (aesKey.Length == 0)
        {
            yield return ($"{name}:EncodingAesKey", $"is needed by mode {mode}.");
        }

        if (appId.Length == 0)
        {
            yield return ($"{name}:AppId", $"is needed by mode {mode}.");
        }
    }

    private IEnumerable<(string Key, string Fault)> Shared()
    {
        foreach (var (key, url) in new[] { (nameof(ApiBaseUrl), ApiBaseUrl), (nameof(OAuthBaseUrl), OAuthBaseUrl) })
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
            {
                yield return (key, "must be an absolute http or https address.");
            }
        }

        if (MaxClockSkewSeconds < 0)
        {
            yield return (nameof(MaxClockSkewSeconds), "must be 0 (off) or a number of seconds.");
        }
    }
}
