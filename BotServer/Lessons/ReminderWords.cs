using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Pushes;
using Bot.Server.WeChat;

namespace Bot.Server.Lessons;

/// <summary>What the chat says of how a reminder will arrive.</summary>
internal sealed class ReminderWords(EntryLinks links, PushesOptions options, ContentLibrary content)
{
    /// <summary>WeChat decides whether it arrives; where a credit can be given, the link leads to the page that asks for it.</summary>
    public string How(Asked asked, bool hasCredit)
        => hasCredit ? content.Reply("reminder.how-credit")
            : content.Reply("reminder.how") + (options.AsksForCredits
                ? "\n" + content.Reply("reminder.how-allow", ("link", links.To(ReminderPageModel.Path, asked.By.Id, asked.MessageKey))) : "");
}
