using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Lessons;
using Microsoft.AspNetCore.Html;

namespace Bot.Server.Calendar;

/// <summary>An article as a phone shows it.</summary>
/// <param name="When">As people say it.</param>
internal sealed record ArticleView(string Title, string When, string? Cover, IHtmlContent Body)
{
    public static ArticleView Of(PieceText text, DateTimeOffset now) => new(text.Title, ChinaTime.Say(text.GoesOutAt, now), text.Cover is { } cover && PieceCheck.IsPicture(cover) ? cover : null, new HtmlString(LessonText.Html(text.Body, ownPictures: true)));
}
