namespace Bot.Core.Content;

public enum ContentKind
{
    Reply,
    Words,
    Menu,
}

/// <summary>One thing that can be edited: <c>reply:welcome</c>, <c>words:study</c>, <c>menu</c>.</summary>
/// <param name="Name">The sentence's key or the command's name; "" for the menu.</param>
public sealed record ContentKey(ContentKind Kind, string Name)
{
    public static ContentKey Menu { get; } = new(ContentKind.Menu, "");

    public static ContentKey Reply(string name) => new(ContentKind.Reply, name);

    public static ContentKey Words(string command) => new(ContentKind.Words, command);

    /// <returns>Null for what is written otherwise.</returns>
    public static ContentKey? Parse(string? text) => text?.Split(':', 2) switch
    {
        ["reply", { Length: > 0 } name] => Reply(name),
        ["words", { Length: > 0 } command] => Words(command),
        ["menu"] => Menu,
        _ => null,
    };

    public override string ToString() => Kind switch
    {
        ContentKind.Reply => "reply:" + Name,
        ContentKind.Words => "words:" + Name,
        _ => "menu",
    };
}
