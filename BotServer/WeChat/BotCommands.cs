using Bot.Core.Content;

namespace Bot.Server.WeChat;

/// <summary>The commands by name, as registered in Program.cs.</summary>
internal sealed class BotCommands(IEnumerable<BotCommands.Entry> entries)
{
    private readonly Dictionary<string, Type> _types = entries.ToDictionary(e => e.Name, e => e.Type);

    public IBotCommand? Find(string name, IServiceProvider services)
        => _types.TryGetValue(name, out var type) ? (IBotCommand)services.GetRequiredService(type) : null;

    /// <exception cref="ContentException">A command has no words, or words or a menu button call nothing.</exception>
    public void Check(ContentLibrary content)
    {
        foreach (var name in _types.Keys.Where(name => !content.CommandWords.ContainsKey(name)))
        {
            throw new ContentException("commands.yaml", 0, $"there are no words for '{name}'.");
        }

        foreach (var name in content.CommandWords.Keys.Where(name => !_types.ContainsKey(name)))
        {
            throw new ContentException("commands.yaml", 0, $"'{name}' is no command.");
        }

        foreach (var key in content.Menu.Buttons.SelectMany(b => b.Children.Prepend(b)).Select(b => b.Key).Where(key => key.Length > 0 && !_types.ContainsKey(key)))
        {
            throw new ContentException("menu.yaml", 0, $"'{key}' is no command.");
        }
    }

    internal sealed record Entry(string Name, Type Type);
}

internal static class BotCommandSetup
{
    public static void AddBotCommand<TCommand>(this IServiceCollection services)
        where TCommand : class, IBotCommand
    {
        services.AddScoped<TCommand>();
        services.AddSingleton(new BotCommands.Entry(TCommand.Name, typeof(TCommand)));
    }
}
