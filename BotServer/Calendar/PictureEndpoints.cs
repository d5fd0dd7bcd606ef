using Bot.Core.Calendar;

namespace Bot.Server.Calendar;

/// <summary>Pictures of pieces. Their names follow from their content, so a picture never changes.</summary>
internal static class PictureEndpoints
{
    public static void MapPictures(this WebApplication app) => app.MapGet("/y/images/{name}", ShowAsync).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(string name, PictureMemory pictures, HttpResponse response, CancellationToken ct)
    {
        if (!PieceCheck.IsPicture("/y/images/" + name) || await pictures.FindAsync(name, ct) is not { } bytes)
        {
            return TypedResults.NotFound();
        }

        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.Remove("Pragma");
        return TypedResults.Bytes(bytes, name.Split('.')[1] switch { "jpg" => "image/jpeg", "png" => "image/png", _ => "image/webp" });
    }
}
