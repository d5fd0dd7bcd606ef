using System.Text;
using Bot.Core.Lessons;
using Bot.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Lessons;

public sealed class LessonFileTests
{
    private const string Good = """
        ---
        season: 9
        period: 2
        title: 骑车过马路
        opens: 2026-11-16T08:00:00+08:00
        closes: 2026-11-23T00:00:00+08:00
        minSeconds: 60
        cover: https://example.org/c.png
        video: https://example.org/v.mp4
        questions:
          - text: 第一题
            options: [快走, 看清再走]
            answer: 1
            explanation: 先看清楚。
        ---
        ## 第一节
        过马路先看左右。
        """;

    /// <summary>A line of the good file, what stands there instead, and the place and reason that must be named.</summary>
    public static TheoryData<int, string, string> Faults => new()
    {
        { 4, "", "第 2 行第 1 列：缺少 title" },
        { 2, "", "第 2 行第 1 列：缺少 season" },
        { 5, "", "缺少 opens" },
        { 6, "", "缺少 closes" },
        { 7, "", "缺少 minSeconds" },
        { 11, "  -", "第 12 行第 5 列：缺少 text" },
        { 12, "", "缺少 options" },
        { 13, "", "缺少 answer" },
        { 3, "period: 2\nseasons: 9", "第 4 行第 1 列：不认识的名称“seasons”" },
        { 13, "    answer: 1\n    anwser: 1", "第 14 行第 5 列：不认识的名称“anwser”" },
        { 3, "period: 2\nseason: 8", "第 4 行第 1 列：“season”写了两次" },
        { 13, "    answer: 1\n    answer: 0", "第 14 行第 5 列：“answer”写了两次" },
        { 17, "看[这里](javascript:alert(1))。", "第 17 行第 2 列：这个链接或图片的地址不能用：javascript:alert(1)" },
        { 17, "![图](http://example.org/a.png)", "第 17 行第 1 列：这个链接或图片的地址不能用：http://example.org/a.png" },
        { 2, "season: nine", "第 2 行第 9 列：season 要是 1 到 999 之间的整数" },
        { 2, "season: [9]", "第 2 行第 9 列：season" },
        { 2, "season: -1", "第 2 行第 9 列：season" },
        { 2, "season: 9.5", "第 2 行第 9 列：season" },
        { 4, "title: {a: b}", "第 4 行第 8 列：title" },
        { 4, "title:", "第 4 行第 7 列：title" },
        { 4, "title: '  '", "第 4 行第 8 列：title" },
        { 10, "questions:\n  - 3", "第 11 行第 5 列：每道题要写 text" },
        { 12, "    options: 快走", "第 12 行第 14 列：options 要有 2 到 8 个选项" },
        { 12, "    options: [快走]", "第 12 行第 14 列：options 要有 2 到 8 个选项" },
        { 12, "    options: [快走, '']", "第 12 行第 14 列：options" },
        { 12, "    options: [快走, [慢走]]", "第 12 行第 14 列：options" },
        { 13, "    answer: 2", "第 13 行第 13 列：answer 要是 0 到 1 之间的整数" },
        { 13, "    answer: -1", "第 13 行第 13 列：answer" },
        { 5, "opens: 2026-11-16T08:00:00", "第 5 行第 8 列：opens 要写成带时区的时间" },
        { 5, "opens: 11/16/2026 08:00:00+08:00", "第 5 行第 8 列：opens" },
        { 5, "opens: 0001-01-01T00:00:00+00:00", "第 5 行第 8 列：opens" },
        { 6, "closes: 9999-12-31T23:59:59Z", "第 6 行第 9 列：closes" },
        { 6, "closes: 2026-11-16T08:00:00+08:00", "第 6 行第 9 列：结束时间要晚于开始时间" },
        { 6, "closes: 2026-11-16T01:00:00+02:00", "第 6 行第 9 列：结束时间要晚于开始时间" },
        { 7, "minSeconds: 0", "第 7 行第 13 列：minSeconds 要是 1 到 3600 之间的整数" },
        { 7, "minSeconds: 3601", "第 7 行第 13 列：minSeconds" },
        { 8, "cover: http://example.org/c.png", "第 8 行第 8 列：cover 要是 https 开头的网址" },
        { 8, "cover: //example.org/c.png", "第 8 行第 8 列：cover" },
        { 8, "cover: /\\example.org/c.png", "第 8 行第 8 列：cover" },
        { 8, "cover: \"/\\t/example.org\"", "第 8 行第 8 列：cover" },
        { 9, "video: javascript:alert(1)", "第 9 行第 8 列：video 要是 https 开头的网址" },
        { 9, "video: data:text/html,x", "第 9 行第 8 列：video" },
        { 16, "# 第一节", "第 16 行第 1 列：正文至少要有一个以 ## 开头的小节" },
        { 1, "", "第 1 行第 1 列：文件第一行要是 ---" },
        { 15, "", "第 1 行第 1 列：这个 --- 后面没有另一行 ---" },
        { 2, "season: &a 9", "第 2 行第 9 列：不能用 YAML 的锚点和引用" },
        { 4, "title: *a", "第 4 行第 8 列：不能用 YAML 的锚点和引用" },
        { 4, "title: [[[[[[[[[[[[[[x]]]]]]]]]]]]]]", "第 4 行第 13 列：层数太多" },
        { 4, "\ttitle: 骑车", "第 4 行第 1 列：缩进用了制表符" },
        { 4, "title: \"没有结尾", "行第" },
        { 4, "title: 骑\0车", "第 4 行第 9 列：这里有一个看不见的控制字符" },
        { 17, "过马路\u001b先看左右。", "第 17 行第 4 列：这里有一个看不见的控制字符" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named_with_its_line_column_and_reason(int line, string instead, string named)
    {
        var (lesson, faults) = LessonFile.Read(Encoding.UTF8.GetBytes(With(line, instead)));

        Assert.Null(lesson);
        Assert.Contains(faults, f => f.ToString().Contains(named, StringComparison.Ordinal));
        Assert.True(faults.Count == 1, string.Join('\n', faults));
    }

    [Fact]
    public void All_faults_of_a_file_are_named_at_once()
    {
        var text = With(17, "x\u0001");
        foreach (var (line, instead) in new[] { (16, "没有小节"), (13, "    answer: 7"), (9, "video: javascript:x"), (7, "minSeconds: 0"), (6, "closes: 昨天"), (4, "titel: 骑车"), (2, "season: 0\nseason: 1") })
        {
            text = With(line, instead, text);
        }

        var (_, faults) = LessonFile.Read(Encoding.UTF8.GetBytes(text));

        foreach (var named in new[] { "第 2 行第 9 列：season", "第 2 行第 1 列：缺少 title", "第 3 行第 1 列：“season”写了两次", "第 5 行第 1 列：不认识的名称“titel”", "第 7 行第 9 列：closes", "第 8 行第 13 列：minSeconds", "第 10 行第 8 列：video", "第 14 行第 13 列：answer", "第 17 行第 1 列：正文至少", "第 18 行第 2 列：这里有" })
        {
            Assert.Single(faults, f => f.ToString().StartsWith(named, StringComparison.Ordinal));
        }

        Assert.Equal(10, faults.Count);
    }

    [Fact]
    public async Task A_faulty_file_imports_nothing_and_ends_with_an_error()
    {
        await using var bot = await BotUnderTest.StartAsync();
        foreach (var (content, named) in new (byte[] Content, string Named)[]
        {
            (Encoding.UTF8.GetBytes(With(7, "minSeconds: 0\nperiods: 3")), "第 7 行第 13 列：minSeconds"),
            (Encoding.UTF8.GetBytes(With(7, "minSeconds: 0\nperiods: 3")), "第 8 行第 1 列：不认识的名称“periods”"),
            (Encoding.UTF8.GetBytes(With(10, "questions: 3\nx:")), "第 10 行第 12 列：questions 要是一个列表"),
            (InGb18030(), "第 4 行第 8 列：从这里起不是 UTF-8 编码的文字"),
            ([.. Encoding.UTF8.GetBytes(Good + "\n## 第二节\n好"), 0xff, .. "x"u8], "第 19 行第 2 列：从这里起不是 UTF-8"),
            (new byte[LessonFile.MaxBytes + 1000], "文件太大"),
            (Encoding.UTF8.GetBytes(Good + new string('长', 500_000)), "文件太长"),
            (Encoding.UTF8.GetBytes(Bomb()), "不能用 YAML 的锚点和引用"),
            ([], "文件第一行要是 ---"),
        })
        {
            var file = Path.Combine(bot.Folder, "lesson.md");
            await File.WriteAllBytesAsync(file, content);

            var ran = await bot.RunAsync("lesson", "import", file, "--publish");

            Assert.Equal((1, ""), (ran.Code, ran.Out));
            Assert.Contains(named, ran.Error, StringComparison.Ordinal);
        }

        Assert.Equal(0, await bot.InDb(db => db.Lessons.CountAsync()));
    }

    [Fact]
    public async Task A_file_far_too_large_is_not_read_whole()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (var file = File.Create(path))
            {
                file.SetLength(8L * 1024 * 1024 * 1024); // takes no room on the disk
            }

            var before = GC.GetTotalAllocatedBytes();
            var read = await Bot.Server.Operator.OperatorFile.ReadAsync(path, LessonFile.MaxBytes, CancellationToken.None);

            Assert.Equal(LessonFile.MaxBytes + 1, read.Length);
            Assert.Contains("文件太大", Assert.Single(LessonFile.Read(read).Faults).Reason, StringComparison.Ordinal);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64L * 1024 * 1024);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("\ufeff", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("\ufeff", "\r\n")]
    public void A_byte_order_mark_and_windows_line_ends_change_nothing(string mark, string end)
    {
        var (plain, _) = LessonFile.Read(Encoding.UTF8.GetBytes(Good));
        var (lesson, faults) = LessonFile.Read(Encoding.UTF8.GetBytes(mark + Good.ReplaceLineEndings(end)));

        Assert.Empty(faults);
        Assert.Equal(plain!.ContentHash, lesson!.ContentHash);
    }

    [Fact]
    public async Task Script_and_markup_in_the_text_reach_nobody_as_such()
    {
        await using var bot = await BotUnderTest.StartAsync();
        var file = Path.Combine(bot.Folder, "lesson.md");
        await File.WriteAllTextAsync(file, With(4, "title: <b onclick=alert(0)>骑车</b>") + """

            <script>alert(1)</script>
            ## <i>小节</i><script>alert(2)</script>
            <img src=x onerror=alert(3)> <iframe src="https://example.org"></iframe>
            [e](https://example.org/e) [f](/y/privacy)
            """);
        Assert.Equal(0, (await bot.RunAsync("lesson", "import", file, "--publish")).Code);
        var learner = await bot.Phone("o-1").Opens("学习");

        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await (await learner.Browser.GetAsync("/y/lessons/9-2")).Content.ReadAsStringAsync());

        Assert.DoesNotContain(page.QuerySelectorAll("script"), s => s.TextContent.Contains("alert", StringComparison.Ordinal));
        Assert.Empty(page.QuerySelectorAll("iframe, [onclick], [onerror], h1 b, h2 i, section i"));
        Assert.DoesNotContain(page.QuerySelectorAll("[href], [src]"), e => (e.GetAttribute("href") ?? e.GetAttribute("src"))!.Contains(':', StringComparison.Ordinal)
            && !(e.GetAttribute("href") ?? e.GetAttribute("src"))!.StartsWith("https:", StringComparison.Ordinal));
        Assert.Equal(["https://example.org/e", "/y/privacy"], page.QuerySelectorAll("a").Where(a => a.TextContent.Length == 1 && "abcdef".Contains(a.TextContent, StringComparison.Ordinal))
            .Select(a => a.GetAttribute("href")).OfType<string>());
        Assert.Contains("<script>alert(1)</script>", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_address_that_no_page_may_lead_to_is_a_fault_and_would_not_be_shown_either()
    {
        const string Bad = "[a](javascript:alert(4)) [b](data:text/html,x) [c](//example.org) [d](</\\example.org>) ![g](javascript:alert(5)) ![h](http://example.org/h.png) <javascript:alert(6)>";

        Assert.Equal([2L, 27, 49], LessonFile.Read(With(17, " " + Bad)).Faults.Select(f => f.Column).Take(3));
        Assert.Equal(7, LessonFile.Read(With(17, " " + Bad)).Faults.Count);
        Assert.DoesNotContain("javascript:alert(4)", LessonText.Html(Bad), StringComparison.Ordinal);
        Assert.DoesNotMatch("(href|src)=", LessonText.Html(Bad.Replace("[d](</\\example.org>)", "", StringComparison.Ordinal)));
    }

    /// <param name="line">From 1.</param>
    private static string With(int line, string instead, string text = Good)
    {
        var lines = text.Split('\n').ToList();
        lines.RemoveAt(line - 1);
        if (instead.Length > 0)
        {
            lines.Insert(line - 1, instead);
        }

        return string.Join('\n', lines);
    }

    private static byte[] InGb18030()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("GB18030").GetBytes(Good);
    }

    /// <summary>Thirty lists, each twice the one before, as the name of an entry: a billion nodes if anybody counts them.</summary>
    private static string Bomb()
    {
        var bomb = new StringBuilder("---\na0: &a0 [x]\n");
        for (var i = 1; i <= 30; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        return bomb.Append("? *a30\n: x\n---\n## 第一节\n").ToString();
    }
}
