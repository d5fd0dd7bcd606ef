using System.Reflection;
using Bot.Core;
using Bot.Core.Content;

namespace Bot.Tests.House;

public sealed class RefusalTests
{
    private static readonly List<Refusal> Declared = [.. new[] { "Bot.Core", "Bot.Server" }
        .SelectMany(name => Assembly.Load(name).GetTypes())
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(field => field.FieldType == typeof(Refusal))
        .Select(field => (Refusal)field.GetValue(null)!)];

    [Fact]
    public void Every_refusal_has_a_sentence()
    {
        var content = new ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content"));

        Assert.True(Declared.Count > 20);
        Assert.All(Declared, refusal => Assert.True(content.Has(refusal.Code), refusal.Code));
    }

    [Fact]
    public void A_code_is_declared_once()
        => Assert.Empty(Declared.GroupBy(r => r.Code).Where(g => g.Distinct().Count() > 1).Select(g => g.Key));
}
