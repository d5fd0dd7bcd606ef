using System.Buffers;
using System.IO.Pipelines;

namespace Bot.Server.Staff;

/// <summary>
/// For writers that know no async, such as those of zip files: what they write waits in the answer's pipe until <c>FlushAsync</c> of the pipe
/// sends it. Position and length are unknown, as of a network.
/// </summary>
internal sealed class PipeBuffer(PipeWriter pipe) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => pipe.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => pipe.Write(buffer.AsSpan(offset, count));

    /// <summary>Nothing: sending is the pipe's.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
