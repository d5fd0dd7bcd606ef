using Bot.Core.Content;
using Bot.Core.Data;
using Bot.Core.Staff;
using Bot.Core.WeChat;

namespace Bot.Core.Replies;

/// <param name="Code">WeChat's errcode; null when it did not answer.</param>
public sealed record MenuRefused(Refusal Refusal, int? Code = null);

/// <param name="Menu">Null when the account has none.</param>
public sealed record MenuOnline(Menu? Menu, MenuRefused? Refused = null);

/// <summary>Putting the menu that holds on the official account; followers see it within a day. The menu itself was approved before.</summary>
public sealed class MenuPublication(WeChatApi api, ContentLibrary content, ReplyOverlay overlay, BotDb db, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "menu.not-found", "No menu for this viewer.");
    public static readonly Refusal Off = new(RefusalKind.Conflict, "menu.off", "WeChat:Mp:AppId or WeChat:Mp:AppSecret is empty.");
    public static readonly Refusal Silent = new(RefusalKind.Conflict, "menu.silent", "WeChat did not answer.");
    public static readonly Refusal Refused = new(RefusalKind.Conflict, "menu.refused", "WeChat answered with an errcode.");

    /// <returns>Null when it is published.</returns>
    public Task<MenuRefused?> PublishAsync(Viewer viewer, CancellationToken ct)
        => ReplyChanges.May(viewer) ? PublishAsync(viewer.Actor, ct) : Task.FromResult<MenuRefused?>(new(NotFound));

    /// <param name="by">For the audit: a login, or <c>operator</c>.</param>
    public async Task<MenuRefused?> PublishAsync(string by, CancellationToken ct)
    {
        if (!api.IsOn(WeChatAccount.Mp))
        {
            return new(Off);
        }

        await overlay.LoadAsync(ct); // another node may have approved a moment ago
        var menu = content.Menu;
        try
        {
            await api.Menus.CreateAsync(menu, ct);
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            return Why(e);
        }

        db.Add(new AuditEntry { At = clock.GetUtcNow(), Actor = by, Action = "menu.published", Subject = $"hash:{ReplyChange.HashOf(ContentKey.Menu.ToString(), MenuText.Write(menu))[..12]}" });
        await db.SaveChangesAsync(ct);
        return null;
    }

    /// <summary>What WeChat shows now.</summary>
    public async Task<MenuOnline> OnlineAsync(Viewer viewer, CancellationToken ct)
    {
        if (!ReplyChanges.May(viewer) || !api.IsOn(WeChatAccount.Mp))
        {
            return new(null, new(ReplyChanges.May(viewer) ? Off : NotFound));
        }

        try
        {
            return new(await api.Menus.GetAsync(ct));
        }
        catch (Exception e) when (e is WeChatException or WeChatSilenceException)
        {
            return new(null, Why(e));
        }
    }

    private static MenuRefused Why(Exception fault) => fault is WeChatException { Code: var code } ? new(Refused, code) : new(Silent);
}
