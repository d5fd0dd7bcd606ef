using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Bot.Core.WeChat;

/// <summary>Bytes being put together in a pooled array.</summary>
internal sealed class Utf8Buffer : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(1024);
    private int _length;

    public Span<byte> Written => _bytes.AsSpan(0, _length);

    public Span<byte> Reserve(int count)
    {
        Grow(count);
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void Write(ReadOnlySpan<char> text)
    {
        Grow(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    public void Write(long number)
    {
        Grow(20);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    public byte[] ToArray() => Written.ToArray();

    public void Dispose()
    {
        // What people wrote must not travel on to the next user of the array.
        Written.Clear();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Grow(int count)
    {
        if (_bytes.Length - _length >= count)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _length + count));
        Written.CopyTo(larger);
        Written.Clear();
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
