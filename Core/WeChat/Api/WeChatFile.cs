using System.Security.Cryptography;
using System.Text;

namespace Bot.Core.WeChat;

/// <param name="ContentType">image/jpeg, image/png, image/gif, audio/amr, audio/mpeg or video/mp4 for what is uploaded.</param>
public sealed record WeChatFile(byte[] Bytes, string ContentType)
{
    public override string ToString() => nameof(WeChatFile);

    /// <summary>Our own: names of files that people choose may hold their names, and WeChat refuses any that are not ASCII.</summary>
    internal string Name => "file." + ContentType switch
    {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "audio/amr" => "amr",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        _ => throw new ArgumentException($"WeChat takes no {ContentType}."),
    };
}

/// <summary>A form with a file as WeChat wants it: boundary without quotes, names in quotes, each part with its type (§6).</summary>
internal sealed class MediaForm
{
    private readonly string _boundary = "form-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly MemoryStream _bytes = new();

    public string ContentType => "multipart/form-data; boundary=" + _boundary;

    public static MediaForm Of(WeChatFile file) => new MediaForm().Add($"name=\"media\"; filename=\"{file.Name}\"", file.ContentType, file.Bytes);

    public MediaForm AddJson(string name, byte[] json) => Add($"name=\"{name}\"", "application/json", json);

    public byte[] ToArray()
    {
        Write($"--{_boundary}--\r\n");
        return _bytes.ToArray();
    }

    private MediaForm Add(string disposition, string contentType, byte[] content)
    {
        Write($"--{_boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {contentType}\r\n\r\n");
        _bytes.Write(content);
        Write("\r\n");
        return this;
    }

    private void Write(string ascii) => _bytes.Write(Encoding.ASCII.GetBytes(ascii));
}
