using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Bot.Core.Data;
using Bot.Core.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Calendar;

/// <summary>Pictures of pieces: taken in and stripped, and removed when nothing shows them; <see cref="PictureMemory"/> gives them out.</summary>
public sealed partial class Pictures(BotDb db, PictureMemory memory, TimeProvider clock)
{
    public static readonly Refusal NotFound = new(RefusalKind.NotFound, "picture.not-found", "No such picture, or not for this viewer.");
    public static readonly Refusal TooBig = new(RefusalKind.Invalid, "picture.too-big", "At most 1 MB, 4096 pixels a side.");
    public static readonly Refusal NotPicture = new(RefusalKind.Invalid, "picture.unreadable", "Neither JPEG, PNG nor WebP, or damaged.");
    public static readonly Refusal TooMany = new(RefusalKind.Conflict, "picture.too-many", "500 pictures or 200 MB of one person in 30 days.");

    public const int MaxBytes = 1024 * 1024;
    public const int MaxSide = 4096;

    /// <summary>Of one person within <see cref="UnusedFor"/>; what pieces show stays for ever and must not shut out whoever has worked for years.</summary>
    public const int MaxPictures = 500;

    /// <inheritdoc cref="MaxPictures"/>
    public const long MaxBytesOfOne = 200L * 1024 * 1024;

    /// <summary>So long a picture waits for a piece that shows it.</summary>
    public static readonly TimeSpan UnusedFor = TimeSpan.FromDays(30);

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

        var now = clock.GetUtcNow();
        var name = $"{Convert.ToHexStringLower(SHA256.HashData(picture.Bytes).AsSpan(0, 16))}.{picture.Ending}";

        // Uploaded again it waits anew: otherwise it could go before the text that shows it is saved.
        if (await db.Pictures.Where(p => p.Name == name).ExecuteUpdateAsync(set => set.SetProperty(p => p.At, now), ct) > 0)
        {
            return Address(name);
        }

        if (await HasTooManyAsync(viewer.Actor, picture.Bytes.Length, now, ct))
        {
            return TooMany;
        }

        db.Add(new Picture { Name = name, Bytes = picture.Bytes, Width = picture.Width, Height = picture.Height, By = viewer.Actor, At = now });
        db.Add(new AuditEntry { At = now, Actor = viewer.Actor, Action = "picture.added", Subject = $"picture:{name}", OrganisationId = viewer.WriteTops[0] });
        await db.TrySaveNewAsync(ct); // two with the same picture: one row
        memory.Added();
        return Address(name);
    }

    /// <summary>Removes what was uploaded more than <see cref="UnusedFor"/> ago and stands in no version of any piece and in no lesson.</summary>
    /// <returns>How many.</returns>
    public async Task<int> TidyAsync(CancellationToken ct)
    {
        var before = clock.GetUtcNow() - UnusedFor;
        var unused = (await db.Pictures.Where(p => p.At < before).Select(p => p.Name).ToListAsync(ct)).ToHashSet();
        if (unused.Count == 0)
        {
            return 0;
        }

        // All texts once, one after the other: to look for each picture in all of them would be their product.
        await Keep(db.PieceVersions.Select(v => v.Text));
        await Keep(db.Lessons.Select(l => l.Cover + " " + l.Body));
        var removed = 0;
        foreach (var names in unused.Chunk(100))
        {
            removed += await db.Pictures.Where(p => names.Contains(p.Name) && p.At < before).ExecuteDeleteAsync(ct);
        }

        return removed;

        async Task Keep(IQueryable<string> texts)
        {
            await foreach (var text in texts.AsAsyncEnumerable().WithCancellation(ct))
            {
                foreach (var name in Name().EnumerateMatches(text))
                {
                    unused.Remove(text.Substring(name.Index, name.Length));
                }
            }
        }
    }

    private static string Address(string name) => "/y/images/" + name;

    // Two uploads at the same moment may both be the last one: a bound against filling the disk, no promise.
    private async Task<bool> HasTooManyAsync(string by, int more, DateTimeOffset now, CancellationToken ct)
    {
        var since = now - UnusedFor;
        var lately = await db.Pictures.Where(p => p.By == by && p.At > since).GroupBy(p => 1).Select(g => new { Count = g.Count(), Bytes = g.Sum(p => (long)p.Bytes.Length) }).FirstOrDefaultAsync(ct);
        return lately is not null && (lately.Count >= MaxPictures || lately.Bytes + more > MaxBytesOfOne);
    }

    [GeneratedRegex("[0-9a-f]{32}\\.(jpg|png|webp)")]
    private static partial Regex Name();
}
