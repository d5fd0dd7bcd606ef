using Bot.Core;
using Bot.Core.Calendar;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Calendar;

/// <summary>"文章": the latest articles as links.</summary>
internal sealed class ArticlesCommand(PublicPieces pieces, Belongings belongings, EntryLinks links, ContentLibrary content) : IBotCommand
{
    private const int Shown = 5;

    /// <summary>Of a title; five of them with their links fit into one answer.</summary>
    private const int TitleLength = 24;

    public static string Name => "articles";

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken ct)
    {
        var list = await pieces.ArticlesAsync((await belongings.FindAsync(asked.By, ct)).OrganisationId, Shown, ct);
        if (list.Total == 0)
        {
            return Reply.Text(content.Reply("articles.none"));
        }

        var all = links.To("/y/articles", asked.By.Id, asked.MessageKey);
        var lines = list.Items.Select(a => content.Reply(
            "articles.line", ("title", Short(a.Title)), ("link", links.To(FormattableString.Invariant($"/y/articles/{a.Id}"), asked.By.Id, asked.MessageKey)), ("at", ChinaTime.Say(a.At, asked.At))));
        var text = content.Reply("articles.list", ("articles", string.Join('\n', lines)), ("link", all));
        return new Answer(Reply.Text(text), IfTooLong: new NewsReply(content.Reply("articles.card"), content.Reply("articles.card-text"), "", all));
    }

    /// <summary>Without what would end the link that it stands in.</summary>
    private static string Short(string title) => (title.Length <= TitleLength ? title : title[..(TitleLength - 1)] + "…").Replace('<', '＜').Replace('>', '＞');
}
