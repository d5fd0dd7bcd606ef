namespace Bot.Core.WeChat;

/// <param name="Path">With its query, without a leading slash.</param>
public sealed record MiniPage(string AppId, string Path);

/// <summary>A template message (§6.3): service notices of a verified account, no marketing.</summary>
/// <param name="TemplateId">From the account's list.</param>
/// <param name="Url">Opened by a tap, unless there is a mini-program page.</param>
/// <param name="MiniPage">Wins over the address.</param>
/// <param name="ClientMsgId">One id, one message: for ten minutes a second one to the same person is not sent. Null: sent each time.</param>
/// <param name="Data">Value by the template's keys.</param>
public sealed record TemplateMessage(
    string TemplateId, string? Url, MiniPage? MiniPage, string? ClientMsgId, IReadOnlyList<(string Key, string Value)> Data)
{
    public override string ToString() => nameof(TemplateMessage);
}

/// <summary>A subscription notification (§6.4); each spends one credit that the person gave for this template.</summary>
/// <param name="TemplateId">From the account's list.</param>
/// <param name="Page">What a tap opens: an address of the official account, a page of the mini program. Null: nothing.</param>
/// <param name="Data">Value by the template's keys, such as thing1; fitted by <see cref="NotificationValue"/>.</param>
public sealed record Notification(string TemplateId, string? Page, IReadOnlyList<(string Key, string Value)> Data)
{
    public override string ToString() => nameof(Notification);
}

/// <param name="Content">With its keys in double braces.</param>
/// <param name="IsLongTerm">A subscription template that may be sent without a credit each; false for template messages.</param>
public sealed record MessageTemplate(string TemplateId, string Title, string Content, bool IsLongTerm);
