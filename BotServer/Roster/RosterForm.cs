using Bot.Core;
using Bot.Core.Roster;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Bot.Server.Roster;

/// <summary>The form that brings a roster file, read as it comes in: the token first, then the file, which goes straight into the inbox.</summary>
internal sealed class RosterForm(RosterInbox inbox, RosterOptions options, IAntiforgery antiforgery)
{
    public static readonly Refusal NoFile = new(RefusalKind.Invalid, "roster.no-file", "No file was chosen.");
    public static readonly Refusal TooLarge = new(RefusalKind.Invalid, "roster.upload-too-large", "Larger than Roster:MaxUploadMegabytes.");

    public const string FileField = "file";
    public const string TokenField = "__RequestVerificationToken";

    private const int CopyBuffer = 1 << 16;
    private const int MaxToken = 4096;
    private const string TokenHeader = "RequestVerificationToken";

    /// <param name="order">Asked with the file's name before the file is taken in.</param>
    /// <returns>The order and the file, or why there is none; whatever is refused was read to its end, so that the answer reaches the browser.</returns>
    /// <exception cref="AntiforgeryValidationException">The form is not one of ours.</exception>
    /// <exception cref="InvalidDataException">It is no form at all.</exception>
    public async Task<Result<(RosterOrder Order, Stream File)>> ReadAsync(HttpContext http, Func<string, Task<Result<RosterOrder>>> order, CancellationToken ct)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = (2 * options.MaxUploadBytes) + CopyBuffer; // somewhat too large still gets its sentence
        }

        var type = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var parsed) ? parsed : null;
        var boundary = HeaderUtilities.RemoveQuotes(type?.Boundary ?? default).Value;
        if (type?.MediaType != "multipart/form-data" || string.IsNullOrEmpty(boundary))
        {
            throw new InvalidDataException("Not a form with a file.");
        }

        var reader = new MultipartReader(boundary, http.Request.Body);
        while (await reader.ReadNextSectionAsync(ct) is { } section)
        {
            if (section.GetContentDispositionHeader() is not { } disposition)
            {
                continue;
            }

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value;
            if (name == TokenField)
            {
                http.Request.Headers[TokenHeader] = await ReadTokenAsync(section.Body, ct);
            }
            else if (name == FileField)
            {
                await antiforgery.ValidateRequestAsync(http);
                var fileName = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value ?? "";
                return fileName.Length == 0 ? NoFile : await TakeAsync(section.Body, await order(fileName), ct);
            }
        }

        return NoFile;
    }

    private async Task<Result<(RosterOrder Order, Stream File)>> TakeAsync(Stream body, Result<RosterOrder> asked, CancellationToken ct)
    {
        if (asked.IsRefused(out var refusal, out var order))
        {
            await body.CopyToAsync(Stream.Null, ct);
            return refusal;
        }

        var file = inbox.Open();
        try
        {
            var buffer = new byte[CopyBuffer];
            while (await body.ReadAsync(buffer, ct) is > 0 and var read)
            {
                if (file.Length + read > options.MaxUploadBytes)
                {
                    await file.DisposeAsync();
                    await body.CopyToAsync(Stream.Null, ct);
                    return TooLarge;
                }

                await file.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            await file.FlushAsync(ct);
            return (order, file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> ReadTokenAsync(Stream body, CancellationToken ct)
    {
        var token = new byte[MaxToken];
        var length = await body.ReadAtLeastAsync(token, MaxToken, throwOnEndOfStream: false, ct);
        return System.Text.Encoding.ASCII.GetString(token, 0, length);
    }
}
