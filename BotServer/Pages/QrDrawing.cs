using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Razor.TagHelpers;
using QRCoder;

namespace Bot.Server.Pages;

/// <summary>A QR code as one SVG path, a unit a module.</summary>
/// <param name="Size">Modules a side, with the quiet zone.</param>
public sealed record QrDrawing(int Size, string Path)
{
    /// <summary>Error correction M: survives a worn print.</summary>
    public static QrDrawing Of(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var path = new StringBuilder();
        for (var y = 0; y < code.ModuleMatrix.Count; y++)
        {
            for (var x = 0; x < code.ModuleMatrix.Count; x++)
            {
                if (code.ModuleMatrix[y][x])
                {
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
                }
            }
        }

        return new QrDrawing(code.ModuleMatrix.Count, path.ToString());
    }
}

/// <summary><c>&lt;qr drawing="…" label="…" /&gt;</c>: always black on white, or phones cannot read it at night.</summary>
[HtmlTargetElement("qr", Attributes = "drawing", TagStructure = TagStructure.WithoutEndTag)]
public sealed class QrTagHelper : TagHelper
{
    public QrDrawing Drawing { get; set; } = null!;

    /// <summary>What it is, for screen readers.</summary>
    public string Label { get; set; } = "";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "qr");
        output.Attributes.SetAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Drawing.Size} {Drawing.Size}"));
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Attributes.SetAttribute("shape-rendering", "crispEdges");
        output.Content.SetHtmlContent($"<path fill=\"#fff\" d=\"M0 0h{Drawing.Size}v{Drawing.Size}H0z\"/><path d=\"{Drawing.Path}\"/>");
    }
}
