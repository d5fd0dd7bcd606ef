using System.Buffers.Binary;

namespace Bot.Core.Calendar;

/// <summary>The segments of a JPEG file (ITU-T T.81, annex B).</summary>
internal static class JpegFile
{
    /// <summary>An EXIF segment that says which way up, and nothing else; the last byte but three is the orientation.</summary>
    private static readonly byte[] WayUp =
    [
        0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0,
    ];

    private const int OrientationAt = 29;

    /// <param name="file">Begins as a JPEG does.</param>
    public static StrippedPicture? Strip(ReadOnlySpan<byte> file)
    {
        var kept = new MemoryStream();
        kept.Write(file[..2]);
        var (width, height, turned, at) = (0, 0, false, 2);
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++; // markers may be padded
                continue;
            }

            if (marker == 0xD9)
            {
                break;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || at + 2 + length > file.Length)
            {
                return null;
            }

            var segment = file.Slice(at, 2 + length);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && length >= 8)
            {
                (height, width) = (BinaryPrimitives.ReadUInt16BigEndian(segment[5..]), BinaryPrimitives.ReadUInt16BigEndian(segment[7..]));
            }

            if (marker == 0xE1 && !turned && Orientation(segment[4..]) is > 1 and var orientation)
            {
                turned = true;
                var exif = WayUp.ToArray();
                exif[OrientationAt] = (byte)orientation;
                kept.Write(exif);
            }

            if (IsKept(marker, segment))
            {
                kept.Write(segment);
            }

            at += segment.Length;
            if (marker == 0xDA)
            {
                var scan = ScanLength(file[at..]);
                kept.Write(file.Slice(at, scan));
                at += scan;
            }
        }

        // Phones put a second picture or a film behind the end; it goes, too.
        var isWhole = at + 1 < file.Length && file[at] == 0xFF && file[at + 1] == 0xD9;
        kept.Write([0xFF, 0xD9]);
        return isWhole && width > 0 && height > 0 ? new StrippedPicture("jpg", width, height, kept.ToArray()) : null;
    }

    /// <summary>Of the application's segments only JFIF, colour profiles and Adobe's colour transform; no comments.</summary>
    private static bool IsKept(byte marker, ReadOnlySpan<byte> segment) => marker switch
    {
        0xE0 => segment[4..].StartsWith("JFIF\0"u8),
        0xE2 => segment[4..].StartsWith("ICC_PROFILE\0"u8),
        0xEE => segment[4..].StartsWith("Adobe"u8),
        >= 0xE1 and <= 0xEF or 0xFE => false,
        _ => true,
    };

    /// <summary>Up to the next marker that is no restart and no stuffed byte.</summary>
    private static int ScanLength(ReadOnlySpan<byte> data)
    {
        for (var i = 0; i + 1 < data.Length; i++)
        {
            if (data[i] == 0xFF && data[i + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
            {
                return i;
            }
        }

        return data.Length;
    }

    /// <returns>1 to 8; 0 when the segment does not say.</returns>
    private static int Orientation(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 14 || !exif.StartsWith("Exif\0\0"u8))
        {
            return 0;
        }

        var tiff = exif[6..];
        var little = tiff[0] == 'I';
        var first = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (first + 2 > tiff.Length)
        {
            return 0;
        }

        var count = Number(tiff[(int)first..], little);
        for (var i = 0; i < count && first + 2 + ((i + 1) * 12) <= tiff.Length; i++)
        {
            var entry = tiff[((int)first + 2 + (i * 12))..];
            if (Number(entry, little) == 0x0112)
            {
                return Number(entry[8..], little) is >= 1 and <= 8 and var value ? value : 0;
            }
        }

        return 0;
    }

    private static int Number(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
