using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Bot.Core;
using Bot.Core.Calendar;
using Microsoft.AspNetCore.Html;

namespace Bot.Server.Calendar;

/// <summary>A push as its page shows it: plain text, addresses as links.</summary>
/// <param name="When">As people say it.</param>
internal sealed record PushView(string Title, string When, IHtmlContent Body)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static PushView Of(string title, string text, DateTimeOffset at, DateTimeOffset now)
    {
        var (html, from) = (new StringBuilder(), 0);
        foreach (System.Text.RegularExpressions.Match address in PieceCheck.Address().Matches(text))
        {
            var encoded = Encoder.Encode(address.Value);
            html.Append(Encoder.Encode(text[from..address.Index])).Append($"<a href=\"{encoded}\" rel=\"noopener\">{encoded}</a>");
            from = address.Index + address.Length;
        }

        return new PushView(title, ChinaTime.Say(at, now), new HtmlString(html.Append(Encoder.Encode(text[from..])).ToString()));
    }
}
