using System.Security.Cryptography;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>Pictures of pieces: taken in, stripped and given out.</summary>
public sealed class Pictures(BotDb db, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "picture.not-found", "No such picture, or not for this viewer.");
    public static readonly Refusal TooBig = new(RefusalKind.Invalid, "picture.too-big", "At most 1 MB, 4096 pixels a side.");
    public static readonly Refusal NotPicture = new(RefusalKind.Invalid, "picture.unreadable", "Neither JPEG, PNG nor WebP, or damaged.");

    public const int MaxBytes = 1024 * 1024;
    public const int MaxSide = 4096;

    /// <returns>Its address on this site.</returns>
    public async Task<Result<string>> AddAsync(Viewer viewer, byte[] file, CancellationToken ct)
    {
        if (viewer.WriteTops.Count == 0)
        {
            return NotFound;
        }

        if (file.Length > MaxBytes)
        {
            return TooBig;
        }

        if (PictureFile.Strip(file) is not { } picture)
        {
            return NotPicture;
        }

        if (picture.Width > MaxSide || picture.Height > MaxSide)
        {
            return TooBig;
        }

        var name = $"{Convert.ToHexStringLower(SHA256.HashData(picture.Bytes).AsSpan(0, 16))}.{picture.Ending}";
        var row = new Picture { Name = name, Bytes = picture.Bytes, Width = picture.Width, Height = picture.Height, By = viewer.Actor, At = clock.GetUtcNow() };
        if (!await db.Pictures.AnyAsync(p => p.Name == name, ct))
        {
            db.Add(row);
            db.Add(new AuditEntry { At = row.At, Actor = viewer.Actor, Action = "picture.added", Subject = $"picture:{name}", OrganisationId = viewer.WriteTops[0] });
            await db.TrySaveNewAsync(ct); // two with the same picture: one row
        }

        return "/y/images/" + name;
    }

    public Task<byte[]?> FindAsync(string name, CancellationToken ct) => db.Pictures.AsNoTracking().Where(p => p.Name == name).Select(p => p.Bytes).FirstOrDefaultAsync(ct);
}
