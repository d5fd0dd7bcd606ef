using Bot.Core.Content;
using Bot.Core.Privacy;
using Bot.Core.Replies;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Replies;

internal sealed record ReplyLine(ContentKey Key, string Name, string Text, bool IsChanged, bool IsWaiting, ReplyLock? Lock);

internal sealed record ReplyLines(ReplyGroup Group, IReadOnlyList<ReplyLine> Lines);

/// <summary>Everything that the bot says and hears, by slice, with a box to try it.</summary>
internal sealed class RepliesPageModel(CurrentStaff staff, ReplyChanges changes, ContentLibrary content, PrivacyNotice notice) : StaffPageModel(staff)
{
    /// <summary>words, or else the sentences.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Of { get; set; }

    /// <summary>Searched for in keys and texts.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    public bool IsWords => Of == "words";

    public IReadOnlyList<ReplyLines> Groups { get; private set; } = [];

    public IReadOnlyList<ReplyChange> Waiting { get; private set; } = [];

    public PrivacyNotice Notice => notice;

    public string? Said { get; private set; }

    public Bubble? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken ct) => await FillAsync(ct) ? Page() : NotFound();

    /// <summary>The typed text goes in the body: it stands in no address.</summary>
    public async Task<IActionResult> OnPostAsync(string? said, CancellationToken ct)
    {
        Said = said?.Trim();
        Shown = string.IsNullOrEmpty(Said) ? null : Rehearsal.Of(content, Said);
        return await FillAsync(ct) ? Page() : NotFound();
    }

    public string Name(ReplyChange change) => ContentKey.Parse(change.Key) is { } key && content.Current.TextOf(key) is not null ? ReplyWords.Title(key, content.Current) : change.Key;

    public string At(string key) => key == ContentKey.Menu.ToString() ? MenuPageModel.Path : "/staff/replies/edit?key=" + Uri.EscapeDataString(key);

    private async Task<bool> FillAsync(CancellationToken ct)
    {
        if (!ReplyChanges.May(Viewer))
        {
            return false;
        }

        Waiting = await changes.WaitingAsync(ct);
        var set = content.Current;
        Groups = IsWords
            ? [new ReplyLines(new ReplyGroup("口令", "发其中一个词就叫到", []), Lines(set.Words.Keys.Select(ContentKey.Words), set))]
            : [.. ReplyWords.Groups.Append(ReplyWords.Others)
                .Select(group => new ReplyLines(group, Lines(set.Replies.Keys.Where(k => ReplyWords.GroupOf(k) == group).Select(ContentKey.Reply), set)))
                .Where(group => group.Lines.Count > 0)];
        return true;
    }

    private List<ReplyLine> Lines(IEnumerable<ContentKey> keys, ContentSet set) =>
    [
        .. keys.Select(key => new ReplyLine(
            key,
            key.Kind == ContentKind.Words ? ReplyWords.Command(key.Name) : key.Name,
            key.Kind == ContentKind.Words ? string.Join("、", set.Words[key.Name]) : set.TextOf(key)!,
            set.TextOf(key) != content.Defaults.TextOf(key),
            Waiting.Any(c => c.Key == key.ToString()),
            ReplyLocks.Of(key))).Where(Fits),
    ];

    private bool Fits(ReplyLine line)
        => string.IsNullOrWhiteSpace(Q) || line.Name.Contains(Q.Trim(), StringComparison.OrdinalIgnoreCase) || line.Text.Contains(Q.Trim(), StringComparison.OrdinalIgnoreCase);
}
