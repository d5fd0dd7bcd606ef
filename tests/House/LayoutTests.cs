using System.Reflection;
using System.Xml.Linq;
using Bot.Core.WeChat;

namespace Bot.Tests.House;

/// <summary>The arrows between projects, as the map in docs has them.</summary>
public sealed class LayoutTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("Core", "")]
    [InlineData("Jobs", "Core")]
    [InlineData("BotServer", "Core Jobs")]
    [InlineData("Simulator", "BotServer")]
    [InlineData("bench", "Simulator")]
    [InlineData("tests", "Simulator")]
    public void A_project_refers_only_to_those_left_of_it(string project, string allowed)
    {
        var file = Directory.GetFiles(Path.Combine(Root, project), "*.csproj").Single();
        using var reader = SafeXml.Read(File.ReadAllText(file));
        var referred = XDocument.Load(reader).Descendants("ProjectReference")
            .Select(r => Path.GetFileName(Path.GetDirectoryName(r.Attribute("Include")!.Value))!).Order(StringComparer.Ordinal);

        Assert.Equal(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), referred);
    }

    [Fact]
    public void The_top_level_holds_what_the_map_names()
    {
        string[] known = [".ci", ".git", ".editorconfig", ".gitignore", "BannedSymbols.txt", "Bot.sln", "BotServer", "Content", "Core", "Directory.Build.props",
            "Directory.Packages.props", "Jobs", "README.md", "Simulator", "appsettings.json", "bench", "docs", "global.json", "tests", "data", "TestResults", ".vs", ".idea", ".vscode"];

        Assert.Empty(Directory.GetFileSystemEntries(Root).Select(e => Path.GetFileName(e)!).Except(known));
    }

    [Fact]
    public void Core_knows_no_endpoint_and_no_schedule()
    {
        var used = Assembly.Load("Bot.Core").GetReferencedAssemblies().Select(a => a.Name!).ToList();

        Assert.DoesNotContain(used, name => name.StartsWith("Microsoft.AspNetCore.Routing", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) || name.StartsWith("Quartz", StringComparison.Ordinal));
    }

    [Fact]
    public void The_protocol_layer_knows_nothing_of_ours()
    {
        var foreign = Directory.GetFiles(Path.Combine(Root, "Core", "WeChat"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(file).Where(line => line.StartsWith("using Bot.", StringComparison.Ordinal)).Select(line => Path.GetFileName(file) + ": " + line));

        Assert.Empty(foreign);
    }

    [Fact]
    public void Every_body_that_is_posted_is_a_public_record_class_so_that_it_is_validated()
    {
        var bodies = Assembly.Load("Bot.Server").GetTypes().Where(t => t.Namespace?.StartsWith("Bot.Server", StringComparison.Ordinal) == true)
            .Where(t => t.GetConstructors().SelectMany(c => c.GetParameters()).Any(p => p.GetCustomAttributes<System.ComponentModel.DataAnnotations.ValidationAttribute>().Any()));

        Assert.All(bodies, body => Assert.True(body.IsPublic && body.IsClass, body.Name));
    }

    internal static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Bot.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Bot.sln is nowhere above the tests.");
        }

        return folder;
    }
}
