namespace Bot.Simulator.Page;

/// <summary>The in-phone browser's addresses: the bot's own behind <c>/web/{person}</c>.</summary>
internal static class WebAddress
{
    private const string Prefix = "/web/";

    public static string Of(string personId, string pathAndQuery) => Prefix + personId + pathAndQuery;

    /// <summary>Whose browser sent this: told by the page it comes from.</summary>
    public static string? PersonOf(HttpRequest request)
        => Uri.TryCreate(request.Headers.Referer, UriKind.Absolute, out var from) && from.Authority == request.Host.Value
            ? PersonOf(from.AbsolutePath)
            : null;

    public static string? PersonOf(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = path[Prefix.Length..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>The same address as the bot knows it.</summary>
    public static string WithoutPerson(string pathAndQuery)
        => PersonOf(pathAndQuery) is { } person && pathAndQuery[(Prefix.Length + person.Length)..] is { Length: > 0 } rest ? rest : "/";
}
