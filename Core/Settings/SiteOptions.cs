using System.ComponentModel.DataAnnotations;

namespace Bot.Core.Settings;

/// <summary>Section <c>Site</c>.</summary>
public sealed class SiteOptions : IValidatableObject
{
    /// <summary>Where people reach this server: https, or http on loopback. Links in the chat begin with it.</summary>
    public string PublicUrl { get; set; } = "http://localhost:5000";

    /// <summary>Scheme, host and port, as browsers send in Origin.</summary>
    public string Origin => new Uri(PublicUrl).GetLeftPart(UriPartial.Authority);

    /// <summary>Cookies are then marked Secure, also behind a proxy that ends TLS.</summary>
    public bool IsHttps => PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <param name="path">Begins with a slash.</param>
    public string At(string path) => PublicUrl.TrimEnd('/') + path;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
        {
            yield return new ValidationResult("must be an https address, or http on loopback.", [nameof(PublicUrl)]);
        }
    }
}
