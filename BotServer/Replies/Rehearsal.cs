using Bot.Core.Content;
using Bot.Server.WeChat;

namespace Bot.Server.Replies;

/// <summary>What would be said to a text, without doing anything: the same ears as the chat's, and the first sentence of what is called.</summary>
internal static class Rehearsal
{
    /// <param name="content">With what is to be tried laid over it, see <see cref="ContentLibrary.Trying"/>.</param>
    public static Bubble Of(ContentLibrary content, string said)
    {
        var words = new WordIndex(content);
        if (Hearing.Call(content, words, said) is { } called)
        {
            return Command(content, said, called.Command);
        }

        var heard = Hearing.Rest(content, words, said);
        return heard.As switch
        {
            HeardAs.Code => Say(content, said, "像加入码：有这个支部就开始加入", "join.ask-name"),
            HeardAs.LateWord => Say(content, said, "回答填写时的问题；没有在填，就说下面这句", heard.Command + ".nothing-waits"),
            HeardAs.Command => Command(content, said, heard.Command),
            _ => Bubble.Of(content.Reply(heard.Sentence).Replace("{word}", heard.Near, StringComparison.Ordinal), said, heard.IsUnanswered ? "没有叫到任何口令" : "不叫口令，直接回答"),
        };
    }

    private static Bubble Command(ContentLibrary content, string said, string command)
        => Say(content, said, $"口令“{content.CommandWords[command][0]}”：{ReplyWords.Command(command)}", ReplyWords.FirstSentence(command) ?? "help.text");

    private static Bubble Say(ContentLibrary content, string said, string about, string key) => Bubble.Of(content.Reply(key), said, about);
}
