namespace Bot.Server.Operator;

/// <summary>Files that an operator names.</summary>
internal static class OperatorFile
{
    /// <summary>The file, or its beginning: one byte more than allowed is enough to refuse it, however large it is.</summary>
    public static async Task<byte[]> ReadAsync(string path, int maxBytes, CancellationToken ct)
    {
        await using var stream = File.OpenRead(path);
        var bytes = new byte[Math.Min(stream.Length, maxBytes + 1)];
        await stream.ReadExactlyAsync(bytes, ct);
        return bytes;
    }
}
