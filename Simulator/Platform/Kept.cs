using System.Text.Json.Nodes;

namespace Bot.Simulator.Platform;

/// <param name="Kind">image, voice, video or thumb.</param>
/// <param name="Until">Null: for ever.</param>
public sealed record KeptFile(string MediaId, string Kind, byte[] Bytes, string ContentType, string Title, DateTimeOffset At, DateTimeOffset? Until);

/// <summary>Articles that belong together: a draft, or what has been published of one.</summary>
public sealed record KeptArticles(string Id, JsonArray Articles, DateTimeOffset At);

/// <summary>What the bot has uploaded, drafted and published; forgotten with the run.</summary>
public sealed class Kept
{
    private readonly Lock _gate = new();
    private readonly List<KeptFile> _files = [];
    private readonly List<KeptArticles> _drafts = [];
    private readonly List<KeptArticles> _published = [];
    private readonly Dictionary<string, string> _publications = [];

    public void Add(KeptFile file) => In(() => _files.Add(file));

    public KeptFile? FindFile(string? mediaId, bool lasting, DateTimeOffset now)
        => In(() => _files.Find(f => f.MediaId == mediaId && f.Until is null == lasting && !(f.Until <= now)));

    /// <summary>Those that stay, the newest first.</summary>
    public IReadOnlyList<KeptFile> Lasting(string? kind) => In(() => _files.Where(f => f.Until is null && (kind is null || f.Kind == kind)).Reverse().ToList());

    public bool RemoveFile(string? mediaId) => In(() => _files.RemoveAll(f => f.MediaId == mediaId && f.Until is null) > 0);

    public void AddDraft(KeptArticles draft) => In(() => _drafts.Add(draft));

    public IReadOnlyList<KeptArticles> Drafts => In(() => _drafts.AsEnumerable().Reverse().ToList());

    public IReadOnlyList<KeptArticles> Published => In(() => _published.AsEnumerable().Reverse().ToList());

    public bool RemoveDraft(string? id) => In(() => _drafts.RemoveAll(d => d.Id == id) > 0);

    public bool RemovePublished(string? id) => In(() => _published.RemoveAll(d => d.Id == id) > 0);

    /// <summary>The draft is gone after that.</summary>
    /// <returns>False when there is no such draft.</returns>
    public bool TryPublish(string? draftId, string publishId, DateTimeOffset now) => In(() =>
    {
        if (_drafts.Find(d => d.Id == draftId) is not { } draft)
        {
            return false;
        }

        _drafts.Remove(draft);
        _publications[publishId] = draft.Id;
        _published.Add(draft with { At = now });
        return true;
    });

    /// <returns>article_id; null for an unknown publication.</returns>
    public string? ArticleOf(string publishId) => In(() => _publications.GetValueOrDefault(publishId));

    private T In<T>(Func<T> act)
    {
        lock (_gate)
        {
            return act();
        }
    }

    private void In(Action act) => In(() =>
    {
        act();
        return true;
    });
}
