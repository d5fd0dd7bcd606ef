using System.Buffers.Binary;
using System.Text;

namespace Bot.Core.Calendar;

/// <param name="Ending">jpg, png or webp.</param>
/// <param name="Width">Pixels, from 1.</param>
/// <param name="Height">Pixels, from 1.</param>
public sealed record StrippedPicture(string Ending, int Width, int Height, byte[] Bytes);

/// <summary>
/// Walks through a picture's segments and keeps those that are needed to draw it: no EXIF with place and camera, no comments, no thumbnails,
/// nothing behind the end. Nothing is decoded.
/// </summary>
public static class PictureFile
{
    private static readonly byte[] PngHead = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private static readonly HashSet<string> PngKept = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"];

    private static readonly HashSet<string> WebpKept = ["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"];

    /// <returns>Null for what is none of the three kinds, or damaged.</returns>
    public static StrippedPicture? Strip(ReadOnlySpan<byte> file)
        => file is [0xFF, 0xD8, 0xFF, ..] ? JpegFile.Strip(file)
            : file.StartsWith(PngHead) ? Png(file)
            : file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? Webp(file)
            : null;

    private static StrippedPicture? Png(ReadOnlySpan<byte> file)
    {
        var kept = new MemoryStream();
        kept.Write(PngHead);
        var (width, height) = (0, 0);
        for (var at = PngHead.Length; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
            {
                return null;
            }

            var kind = Encoding.ASCII.GetString(file.Slice(at + 4, 4));
            var data = file.Slice(at + 8, (int)length);
            if (width == 0)
            {
                if (kind != "IHDR" || length != 13)
                {
                    return null;
                }

                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(data), BinaryPrimitives.ReadInt32BigEndian(data[4..]));
            }

            if (PngKept.Contains(kind))
            {
                kept.Write(file.Slice(at, (int)length + 12));
            }

            if (kind == "IEND")
            {
                return width > 0 && height > 0 ? new StrippedPicture("png", width, height, kept.ToArray()) : null;
            }

            at += (int)length + 12;
        }

        return null;
    }

    private static StrippedPicture? Webp(ReadOnlySpan<byte> file)
    {
        var kept = new MemoryStream();
        kept.Write("RIFF\0\0\0\0WEBP"u8);
        var (width, height) = (0, 0);
        var end = Math.Min(file.Length, (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8);
        for (var at = 12; at + 8 <= end;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (length > end - at - 8)
            {
                return null;
            }

            var kind = Encoding.ASCII.GetString(file.Slice(at, 4));
            var data = file.Slice(at + 8, (int)length);
            if (width == 0 && !WebpSize(kind, data, out width, out height))
            {
                return null;
            }

            if (WebpKept.Contains(kind))
            {
                var chunk = file.Slice(at, 8 + (int)length).ToArray();
                if (kind == "VP8X")
                {
                    if (length == 0)
                    {
                        return null;
                    }

                    chunk[8] &= 0b1111_0011; // says that EXIF and XMP follow, which they do not any more
                }

                kept.Write(chunk);
                if (length % 2 == 1)
                {
                    kept.WriteByte(0);
                }
            }

            at += 8 + (int)(length + (length % 2));
        }

        var bytes = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)bytes.Length - 8);
        return width > 0 && height > 0 ? new StrippedPicture("webp", width, height, bytes) : null;
    }

    /// <summary>The first chunk says how large the picture is.</summary>
    private static bool WebpSize(string kind, ReadOnlySpan<byte> data, out int width, out int height)
    {
        (width, height) = (0, 0);
        switch (kind)
        {
            case "VP8X" when data.Length >= 10:
                (width, height) = (1 + data[4] + (data[5] << 8) + (data[6] << 16), 1 + data[7] + (data[8] << 8) + (data[9] << 16));
                return true;
            case "VP8 " when data.Length >= 10 && data[3..6].SequenceEqual(new byte[] { 0x9D, 0x01, 0x2A }):
                (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
                return true;
            case "VP8L" when data.Length >= 5 && data[0] == 0x2F:
                var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                (width, height) = (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
                return true;
            default:
                return false;
        }
    }
}
