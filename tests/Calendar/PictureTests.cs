using System.Buffers.Binary;
using System.Net;
using System.Text;
using Bot.Core.Calendar;
using Bot.Jobs.Calendar;
using Bot.Tests.Staff;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Calendar;

public sealed class PictureTests
{
    /// <summary>Stands in each picture where a camera would have written the place.</summary>
    private static readonly byte[] Place = Encoding.ASCII.GetBytes("GPS-31.2304-121.4737");

    [Theory]
    [InlineData("jpg", "image/jpeg")]
    [InlineData("png", "image/png")]
    [InlineData("webp", "image/webp")]
    public async Task An_uploaded_picture_is_served_without_what_the_camera_wrote(string kind, string type)
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);

        var told = await UploadAsync(editor, Sample(kind));

        var address = Address(told);
        Assert.Matches($"^/y/images/[0-9a-f]{{32}}\\.{kind}$", address);
        var served = await bot.Browser().GetAsync(address);
        var bytes = await served.Content.ReadAsByteArrayAsync();
        Assert.Equal(type, served.Content.Headers.ContentType!.MediaType);
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Place));
        Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", served.Headers.GetValues("Cache-Control")));
        Assert.Equal("nosniff", served.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(told, await UploadAsync(editor, Sample(kind)));
        Assert.Equal(bytes, PictureFile.Strip(bytes)!.Bytes);
        Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync(address[..^(kind.Length + 2)] + "0." + kind + "x")).StatusCode);
    }

    [Fact]
    public async Task Without_script_the_picture_is_added_to_the_text_and_nothing_typed_is_lost()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);
        var form = new MultipartFormDataContent
        {
            { new StringContent(await Desk.TokenAsync(editor, "/staff/calendar/new?kind=article")), "__RequestVerificationToken" },
            { new StringContent("一篇"), "Form.Title" },
            { new StringContent("开头"), "Form.Body" },
            { new StringContent("picture"), "Do" },
            { new ByteArrayContent(Sample("png")), "Upload", "照片.png" },
        };

        var answer = await editor.SendAsync(HttpMethod.Post, "/staff/calendar/new?kind=article", form);
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());

        Assert.Matches("^开头\n\n!\\[\\]\\(/y/images/[0-9a-f]{32}\\.png\\)", page.QuerySelector("#body")!.TextContent);
        Assert.Equal("一篇", page.QuerySelector("#title")!.GetAttribute("value"));
    }

    [Fact]
    public async Task What_is_too_big_damaged_or_no_picture_is_refused()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);

        Assert.Contains("JPEG、PNG 或 WebP", await UploadAsync(editor, Encoding.ASCII.GetBytes("<svg onload=alert(1)>")), StringComparison.Ordinal);
        Assert.Contains("JPEG、PNG 或 WebP", await UploadAsync(editor, "GIF89a"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("JPEG、PNG 或 WebP", await UploadAsync(editor, Sample("png")[..^25]), StringComparison.Ordinal);
        Assert.Contains("JPEG、PNG 或 WebP", await UploadAsync(editor, [.. Sample("jpg").TakeWhile((_, i) => i < 60)]), StringComparison.Ordinal);
        Assert.Contains("4096", await UploadAsync(editor, Png(4097, 1)), StringComparison.Ordinal);
        Assert.Contains("1 MB", await UploadAsync(editor, [.. Sample("png"), .. new byte[1024 * 1024]]), StringComparison.Ordinal);
        var approver = await Newsroom.ApproverAsync(bot);
        Assert.Equal("", await UploadAsync(approver, Sample("png"), HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_picture_that_nothing_shows_is_gone_after_a_month_and_one_in_any_version_or_lesson_stays()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);
        var pictures = new List<string>();
        for (var i = 1; i <= 4; i++)
        {
            pictures.Add(Address(await UploadAsync(editor, Png(i, i))));
        }

        var (shown, once, imported, unused) = (pictures[0], pictures[1], pictures[2], pictures[3]);
        var id = await Newsroom.ArticleAsync(bot, editor, "一篇", button: "save", body: $"![]({once})");
        await Newsroom.PressAsync(editor, $"/staff/calendar/pieces/{id}", "save", ("Body", $"![]({shown})"));
        var file = Path.Combine(bot.Folder, "lesson.md");
        await File.WriteAllTextAsync(file, LessonGiven.Open("9-2").ToFile() + $"\n![]({imported})\n");
        await Desk.RunAsync(bot, "lesson", "import", file, "--publish");
        Assert.Equal(HttpStatusCode.OK, (await bot.Browser().GetAsync(unused)).StatusCode);

        bot.Clock.Now += Pictures.UnusedFor - TimeSpan.FromMinutes(5);
        Assert.Equal(0, await TidyAsync(bot));
        bot.Clock.Now += TimeSpan.FromMinutes(10);
        Assert.Equal(1, await TidyAsync(bot));

        Assert.Equal(
            new[] { shown, once, imported }.Select(a => a[(a.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal),
            (await bot.InDb(db => db.Pictures.Select(p => p.Name).ToListAsync())).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_picture_uploaded_again_waits_another_month()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);
        await UploadAsync(editor, Png(1, 1));
        bot.Clock.Now += Pictures.UnusedFor - TimeSpan.FromDays(1);
        await UploadAsync(await Newsroom.EditorAsync(bot, "bian2"), Png(1, 1));

        bot.Clock.Now += TimeSpan.FromDays(2);

        Assert.Equal(0, await TidyAsync(bot));
    }

    [Fact]
    public async Task Who_has_uploaded_too_much_lately_is_told_what_to_do_and_others_are_not_held_up()
    {
        await using var bot = await Desk.StartAsync();
        var editor = await Newsroom.EditorAsync(bot);
        await bot.InDb(async db =>
        {
            db.AddRange(Enumerable.Range(0, Pictures.MaxPictures).Select(i => new Picture { Name = $"{i:x32}.png", Bytes = [1], Width = 1, Height = 1, By = "bian", At = bot.Clock.Now }));
            await db.SaveChangesAsync();
        });

        Assert.Contains("先用已经传过的", await UploadAsync(editor, Png(1, 1)), StringComparison.Ordinal);
        Assert.Contains("/y/images/", await UploadAsync(await Newsroom.EditorAsync(bot, "bian2"), Png(1, 1)), StringComparison.Ordinal);
        Assert.Contains("/y/images/", await UploadAsync(editor, Png(1, 1)), StringComparison.Ordinal); // it is there already
        await bot.InDb(db => db.Pictures.Where(p => p.By == "bian").ExecuteUpdateAsync(set => set.SetProperty(p => p.Bytes, new byte[500 * 1024])));
        await bot.InDb(db => db.Pictures.Where(p => p.By == "bian" && string.Compare(p.Name, "000000000000000000000000000001a0") >= 0).ExecuteDeleteAsync());
        Assert.Contains("先用已经传过的", await UploadAsync(editor, Png(2, 2)), StringComparison.Ordinal); // 416 of 500 KiB

        bot.Clock.Now += Pictures.UnusedFor + TimeSpan.FromMinutes(1);
        Assert.Contains("/y/images/", await UploadAsync(await Newsroom.EditorAsync(bot, "bian3"), Png(3, 3)), StringComparison.Ordinal);
        await bot.InDb(db => db.Pictures.ExecuteUpdateAsync(set => set.SetProperty(p => p.By, "bian4")));
        Assert.Contains("/y/images/", await UploadAsync(await Newsroom.EditorAsync(bot, "bian4"), Png(4, 4)), StringComparison.Ordinal); // long ago
    }

    [Fact]
    public async Task A_picture_is_read_from_the_database_once()
    {
        await using var bot = await Desk.StartAsync();
        var address = Address(await UploadAsync(await Newsroom.EditorAsync(bot), Sample("png")));
        var first = await (await bot.Browser().GetAsync(address)).Content.ReadAsByteArrayAsync();
        await bot.InDb(db => db.Pictures.ExecuteDeleteAsync());

        Assert.Equal(first, await (await bot.Browser().GetAsync(address)).Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync("/y/images/00000000000000000000000000000000.png")).StatusCode);
    }

    [Fact]
    public async Task Made_up_names_cost_the_database_one_look_a_second_and_a_new_picture_is_there_at_once()
    {
        await using var bot = await Desk.StartAsync();
        var made = $"{7:x32}.png";
        Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync("/y/images/" + made)).StatusCode);
        await bot.InDb(async db =>
        {
            db.Add(new Picture { Name = made, Bytes = [1], Width = 1, Height = 1, By = "bian", At = bot.Clock.Now }); // by another node
            await db.SaveChangesAsync();
        });

        Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync("/y/images/" + made)).StatusCode); // nobody looked
        Assert.Equal(HttpStatusCode.OK, (await bot.Browser().GetAsync(Address(await UploadAsync(await Newsroom.EditorAsync(bot), Sample("png"))))).StatusCode);
        bot.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.OK, (await bot.Browser().GetAsync("/y/images/" + made)).StatusCode);
        foreach (var nonsense in new[] { "x.png", "../bot.db", $"{7:x32}.svg", "http:%2F%2Fexample.org%2Fa.png" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bot.Browser().GetAsync("/y/images/" + nonsense)).StatusCode);
        }
    }

    [Fact]
    public void A_photo_taken_sideways_stays_the_right_way_up()
    {
        var stripped = PictureFile.Strip(Jpeg(orientation: 6))!;

        Assert.Equal((3, 2), (stripped.Width, stripped.Height));
        Assert.Equal(-1, stripped.Bytes.AsSpan().IndexOf(Place));
        Assert.NotEqual(-1, stripped.Bytes.AsSpan().IndexOf("Exif\0\0"u8));
        Assert.Equal(-1, PictureFile.Strip(Jpeg(orientation: 1))!.Bytes.AsSpan().IndexOf("Exif"u8));
        Assert.Equal(stripped.Bytes, PictureFile.Strip(stripped.Bytes)!.Bytes);
    }

    [Fact]
    public void A_picture_cut_anywhere_is_refused_or_whole_and_never_throws()
    {
        foreach (var kind in new[] { "jpg", "png", "webp" })
        {
            var whole = Sample(kind);
            for (var length = 0; length < whole.Length; length++)
            {
                PictureFile.Strip(whole.AsSpan(0, length));
            }

            for (var at = 0; at < whole.Length; at++)
            {
                var bent = whole.ToArray();
                bent[at] ^= 0xFF;
                PictureFile.Strip(bent);
            }
        }
    }

    [Fact]
    public void A_picture_with_a_second_empty_head_is_refused()
    {
        byte[] chunks = [.. Riff("VP8X", [0x0C, 0, 0, 0, 2, 0, 0, 1, 0, 0]), .. Riff("VP8X", []), .. Riff("VP8 ", [1, 2, 3])];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, chunks.Length + 4);

        Assert.Null(PictureFile.Strip([.. "RIFF"u8, .. size, .. "WEBP"u8, .. chunks]));
    }

    private static string Address(string told) => System.Text.Json.JsonDocument.Parse(told).RootElement.GetProperty("address").GetString()!;

    private static async Task<int> TidyAsync(BotUnderTest bot)
    {
        var before = await bot.InDb(db => db.Pictures.CountAsync());
        await using var scope = bot.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<TidyPictures>(scope.ServiceProvider).Execute(null!, CancellationToken.None);
        return before - await bot.InDb(db => db.Pictures.CountAsync());
    }

    private static async Task<string> UploadAsync(Browser browser, byte[] file, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var form = new MultipartFormDataContent { { new StringContent(await Desk.TokenAsync(browser, "/staff/calendar")), "__RequestVerificationToken" }, { new ByteArrayContent(file), "Upload", "p" } };
        var answer = await browser.SendAsync(HttpMethod.Post, "/staff/calendar?handler=Picture", form);
        Assert.Equal(expected, answer.StatusCode);
        return expected == HttpStatusCode.OK ? System.Text.RegularExpressions.Regex.Unescape(await answer.Content.ReadAsStringAsync()) : "";
    }

    private static byte[] Sample(string kind) => kind switch { "jpg" => Jpeg(6), "png" => Png(3, 2), _ => Webp() };

    private static byte[] Jpeg(byte orientation)
    {
        byte[] tiff = [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0, .. Place];
        return
        [
            0xFF, 0xD8,
            .. Segment(0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]),
            .. Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]),
            .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Place]),
            .. Segment(0xFE, Place),
            .. Segment(0xC0, [8, 0, 2, 0, 3, 1, 1, 0x11, 0]),
            .. Segment(0xDA, [1, 1, 0, 0, 63, 0]), 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56,
            0xFF, 0xD9,
            .. Place,
        ];
    }

    private static byte[] Segment(byte marker, byte[] data) => [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    private static byte[] Png(int width, int height)
    {
        var size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10,
            .. Chunk("IHDR", [.. size, 8, 2, 0, 0, 0]), .. Chunk("tEXt", Place), .. Chunk("eXIf", Place), .. Chunk("IDAT", [1, 2, 3]), .. Chunk("IEND", []), .. Place,
        ];
    }

    private static byte[] Chunk(string kind, byte[] data) => [0, 0, 0, (byte)data.Length, .. Encoding.ASCII.GetBytes(kind), .. data, 0, 0, 0, 0];

    private static byte[] Webp()
    {
        byte[] chunks = [.. Riff("VP8X", [0x0C, 0, 0, 0, 2, 0, 0, 1, 0, 0]), .. Riff("VP8 ", [1, 2, 3]), .. Riff("EXIF", Place), .. Riff("XMP ", Place)];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, chunks.Length + 4);
        return [.. "RIFF"u8, .. size, .. "WEBP"u8, .. chunks];
    }

    private static byte[] Riff(string kind, byte[] data) => [.. Encoding.ASCII.GetBytes(kind), (byte)data.Length, 0, 0, 0, .. data, .. data.Length % 2 == 1 ? new byte[1] : []];
}
