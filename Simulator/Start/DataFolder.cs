namespace Bot.Simulator.Start;

/// <summary>The folder that holds one pretend world and the bot's data about it; they only make sense together.</summary>
internal sealed class DataFolder
{
    private readonly string _path;

    /// <exception cref="ArgumentException">It is to be emptied but holds something else.</exception>
    public DataFolder(string path, bool fresh)
    {
        _path = path;
        if (fresh && Directory.Exists(path))
        {
            if (!File.Exists(World) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new ArgumentException($"{path} is not a simulator's folder; --fresh will not empty it.");
            }

            Directory.Delete(path, recursive: true);
        }

        Directory.CreateDirectory(path);
        File.Delete(Log);
    }

    public string World => Path.Combine(_path, "world.json");

    public string Database => Path.Combine(_path, "bot.db");

    public string Keys => Path.Combine(_path, "keys");

    public string HelpMedia => Path.Combine(_path, "help-media");

    public string Log => Path.Combine(_path, "bot.log");

    /// <summary>One line for each sample that is in the database.</summary>
    public string Loaded => Path.Combine(_path, "samples.txt");

    public override string ToString() => _path;
}
