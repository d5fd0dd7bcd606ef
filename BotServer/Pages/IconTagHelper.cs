using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace Bot.Server.Pages;

/// <summary>
/// <c>&lt;icon name="check" /&gt;</c>: a drawing of Tabler Icons, <c>filled/…</c> for the filled ones. build-assets.mjs puts those that
/// pages ask for into one sprite. Icons stand beside words, so screen readers skip them.
/// </summary>
[HtmlTargetElement("icon", Attributes = "name", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string Name { get; set; } = "";

    /// <summary>Further classes.</summary>
    public string? Class { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var http = ViewContext.HttpContext;
        var sprite = http.GetEndpoint()?.Metadata.GetMetadata<ResourceAssetCollection>()?["lib/icons.svg"] ?? "lib/icons.svg";
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", Class is null ? "icon" : $"icon {Class}");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.SetHtmlContent($"<use href=\"{http.Request.PathBase}/{sprite}#{Name.Replace('/', '-')}\"/>");
    }
}
