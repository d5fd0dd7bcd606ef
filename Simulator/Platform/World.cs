using System.Text.Json;

namespace Bot.Simulator.Platform;

/// <summary>What outlives a run: the accounts with their secrets, the people with their openids, the QR codes.</summary>
public sealed class World
{
    public required Account Mp { get; init; }

    public required Account Mini { get; init; }

    public List<Person> People { get; init; } = [];

    public List<SceneCode> Codes { get; init; } = [];

    public List<Tag> Tags { get; init; } = [];

    public static World New(PushMode mode) => new()
    {
        Mp = NewAccount("示例团委", "/wechat/mp", mode, PushFormat.Xml),
        Mini = NewAccount("示例团委小程序", "/wechat/mini", mode, PushFormat.Json),
    };

    private static Account NewAccount(string name, string path, PushMode mode, PushFormat format) => new()
    {
        Name = name,
        OriginalId = "gh_" + Chance.Hex(12),
        AppId = "wx" + Chance.Hex(16),
        Secret = Chance.Hex(32),
        Token = Chance.Text(32),
        EncodingAesKey = Chance.AesKey(),
        WebhookPath = path,
        Mode = mode,
        Format = format,
    };
}

/// <summary>Where the world is kept between runs; without a path it is forgotten.</summary>
/// <param name="first">Where nothing is kept yet; null for a new one.</param>
public sealed class WorldFile(string? path, World? first = null)
{
    public static World? Read(string path) => JsonSerializer.Deserialize<World>(File.ReadAllBytes(path), Json.Page);

    public World Load(PushMode mode) => (path is not null && File.Exists(path) ? Read(path) : first) ?? World.New(mode);

    public void Save(World world)
    {
        if (path is null)
        {
            return;
        }

        // Written beside and moved over, so a kill in between leaves the old file whole.
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(world, Json.Page));
        File.Move(path + ".new", path, overwrite: true);
    }
}
