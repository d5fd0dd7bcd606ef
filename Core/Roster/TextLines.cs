namespace Bot.Core.Roster;

/// <summary>The lines of a text as bytes, for saying where it is broken.</summary>
internal static class TextLines
{
    /// <summary>Longer ones come in pieces.</summary>
    private const int MostOfLine = 1 << 20;

    /// <summary>From the beginning, split after each line feed, which no character of UTF-8 or GB18030 has inside.</summary>
    public static IEnumerable<byte[]> Of(Stream file)
    {
        file.Position = 0;
        var line = new List<byte>();
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and var read)
        {
            for (var at = 0; at < read;)
            {
                var end = Array.IndexOf(buffer, (byte)'\n', at, read - at);
                var next = end < 0 ? read : end + 1;
                line.AddRange(buffer.AsSpan(at, next - at));
                at = next;
                if (end >= 0 || line.Count > MostOfLine)
                {
                    yield return [.. line];
                    line.Clear();
                }
            }
        }

        if (line.Count > 0)
        {
            yield return [.. line];
        }
    }
}
