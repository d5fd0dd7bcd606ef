using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Bot.Bench.Load;

/// <summary>An answer, valid until the connection's next call.</summary>
/// <param name="head">Status line and headers.</param>
internal readonly ref struct Response(int status, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
{
    public int Status { get; } = status;

    public ReadOnlySpan<byte> Head { get; } = head;

    public ReadOnlySpan<byte> Body { get; } = body;
}

/// <summary>
/// One keep-alive HTTP/1.1 connection over a blocking socket: two system calls a request, so that the load costs the machine as little
/// as can be. Understands what our server sends, Content-Length and chunked, and no more.
/// </summary>
internal sealed class Connection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public Connection(IPEndPoint target) => _socket.Connect(target);

    /// <exception cref="SocketException">The other side is gone.</exception>
    /// <exception cref="IOException">The other side closed before the answer was complete, or answered something else than HTTP.</exception>
    public Response Exchange(ReadOnlySpan<byte> request)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += _socket.Send(request[sent..]);
        }

        _length = 0;
        int headEnd;
        while ((headEnd = _buffer.AsSpan(0, _length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            Receive();
        }

        var bodyStart = headEnd + 4;
        if (!Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _))
        {
            throw new IOException("Not an HTTP answer.");
        }

        var bodyLength = 0;
        if (Header("Content-Length"u8, headEnd) is { Length: > 0 } text && Utf8Parser.TryParse(text, out int announced, out _))
        {
            bodyLength = announced;
            while (_length < bodyStart + bodyLength)
            {
                Receive();
            }
        }
        else if (Header("Transfer-Encoding"u8, headEnd).SequenceEqual("chunked"u8))
        {
            bodyLength = Unchunk(bodyStart);
        }

        return new Response(status, _buffer.AsSpan(0, headEnd), _buffer.AsSpan(bodyStart, bodyLength));
    }

    public void Dispose() => _socket.Dispose();

    private void Receive()
    {
        var read = _length < _buffer.Length ? _socket.Receive(_buffer.AsSpan(_length)) : throw new IOException("A longer answer than expected.");
        _length += read > 0 ? read : throw new IOException("Closed before the answer was complete.");
    }

    private ReadOnlySpan<byte> Header(ReadOnlySpan<byte> name, int headEnd) => Find(_buffer.AsSpan(0, headEnd), name);

    /// <returns>The header's value; empty when it is absent.</returns>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf("\r\n"u8) is var end and >= 0)
        {
            head = head[(end + 2)..];
            if (head.Length > name.Length + 1 && head[name.Length] == ':' && System.Text.Ascii.EqualsIgnoreCase(head[..name.Length], name))
            {
                var value = head[(name.Length + 1)..];
                return (value.IndexOf("\r\n"u8) is var line and >= 0 ? value[..line] : value).Trim((byte)' ');
            }
        }

        return default;
    }

    /// <summary>Moves the chunks together.</summary>
    private int Unchunk(int start)
    {
        var (from, to) = (start, start);
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(from, _length - from).IndexOf("\r\n"u8)) < 0)
            {
                Receive();
            }

            if (!Utf8Parser.TryParse(_buffer.AsSpan(from, line), out int size, out _, 'x'))
            {
                throw new IOException("Not a chunk.");
            }

            from += line + 2;
            while (_length < from + size + 2)
            {
                Receive();
            }

            _buffer.AsSpan(from, size).CopyTo(_buffer.AsSpan(to));
            if (size == 0)
            {
                return to - start;
            }

            from += size + 2;
            to += size;
        }
    }
}
