using Bot.Core;
using Bot.Core.Data;
using Bot.Core.Replies;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bot.Tests.Replies;

/// <summary>Texts that no command answers, and how little of them is kept.</summary>
public sealed class UnansweredTests
{
    private const string Page = Writers.Page + "/unanswered";

    [Fact]
    public async Task A_text_is_shown_once_three_different_people_have_said_it()
    {
        await using var writers = await Writers.StartAsync();
        await writers.Bot.SayAsync("o-1", "团课在哪", "团课在哪？", "团课在哪");
        await SayAndStoreAsync(writers, "o-2", "团课在哪");
        Assert.Null((await writers.Bot.InDb(db => db.UnansweredTexts.SingleAsync())).Text); // somebody's name, maybe: two people's are nobody's to read
        await SettleAsync(writers);
        Assert.DoesNotContain("团课在哪", await Desk.TextAsync(writers.Editor, Page), StringComparison.Ordinal);
        Assert.Equal(2, await writers.Bot.InDb(db => db.UnansweredMarks.CountAsync()));

        await SayAndStoreAsync(writers, "o-3", "团课在哪！");
        await SettleAsync(writers);

        Assert.Contains("团课在哪", await Desk.TextAsync(writers.Editor, Page), StringComparison.Ordinal);
        Assert.Equal(0, await writers.Bot.InDb(db => db.UnansweredMarks.CountAsync())); // who said it is nobody's business any more
        await SayAndStoreAsync(writers, "o-4", "团课在哪");
        Assert.Equal(3, (await writers.Bot.InDb(db => db.UnansweredTexts.SingleAsync())).People);
        Assert.Equal(0, await writers.Bot.InDb(db => db.UnansweredMarks.CountAsync()));
    }

    [Theory]
    [InlineData("我的电话 13800000000 打不通", "我的电话 〔…〕打不通")]
    [InlineData("号码１３８ 0000-0000 呢", "号码〔…〕呢")]
    [InlineData("一三八零零零零零零零零打我", "〔…〕打我")]
    [InlineData("看 https://example.org/a?b=c 这个", "看 〔…〕这个")]
    [InlineData("去 example.org 看看", "去 〔…〕看看")]
    [InlineData("写信 a.b@example.org 行吗", "写信 〔…〕行吗")]
    [InlineData("我住示例市示例路8号院", "〔…〕院")]
    [InlineData("示例中学三年级二班怎么加", "〔…〕怎么加")]
    [InlineData("QQ号abc123x怎么填", "〔…〕怎么填")]
    [InlineData("怎么补课", "怎么补课")]
    public void Numbers_places_and_addresses_are_hidden(string said, string kept)
        => Assert.Equal(kept, UnansweredMask.Of(said, Content));

    [Theory]
    [InlineData("想死你了")]
    [InlineData("我没有被欺负")]
    [InlineData("同学一直说自己想要求助又不敢怎么办啊")]
    [InlineData("13800000000")]
    [InlineData("？？？")]
    [InlineData("第一行\n第二行")]
    [InlineData("这句话有四十多个字所以它多半在讲一个人的故事没有哪个口令会有这么长因此一个字也不留下来")]
    public void What_tells_a_story_a_number_or_of_distress_is_not_kept_at_all(string said) => Assert.Null(UnansweredMask.Of(said, Content));

    [Fact]
    public async Task Nothing_said_in_a_dialogue_no_cry_and_no_word_of_a_command_is_collected()
    {
        await using var writers = await Writers.StartAsync();
        await writers.Bot.SayAsync("o-1", "绑定", "什么码", "取消", "我不想活了", "学习", "谢谢", "同意", "ABCD2345");
        await writers.Bot.SayAsync("o-2", "隐私", "说说看", "取消");
        await SayAndStoreAsync(writers, "o-3", "团课在哪");

        Assert.Equal([MarkOf(writers, "团课在哪")], await writers.Bot.InDb(db => db.UnansweredTexts.Select(t => t.Mark).ToListAsync()));
    }

    [Fact]
    public async Task No_row_and_no_log_line_tells_who_said_it()
    {
        await using var writers = await Writers.StartAsync();
        await SayAndStoreAsync(writers, "o-1", "团课在哪");

        var mark = await writers.Bot.InDb(db => db.UnansweredMarks.SingleAsync());
        Assert.InRange(mark.Mark, 0, 65535);
        Assert.DoesNotContain("团课在哪", writers.Bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_of_the_roster_is_never_shown_alone_or_in_a_sentence()
    {
        await using var writers = await Writers.StartAsync();
        await Branch.RosterAsync(writers.Bot, "示例省/乙县/三支部,支部,那日苏,2008-05-01,,S010,团员,\n示例省/乙县/三支部,支部,阿依古丽·买买提,2008-05-01,,S011,团员,\n示例省/乙县/三支部,支部,一个很长很长的名字,2008-05-01,,S012,团员,");
        foreach (var person in new[] { "o-1", "o-2", "o-3" })
        {
            await SayAndStoreAsync(writers, person, "那日苏");
            await SayAndStoreAsync(writers, person, "买买提在不在");
            await SayAndStoreAsync(writers, person, "阿依古丽•买买提在吗");
            await SayAndStoreAsync(writers, person, "一个很长很长的名字呢");
            await SayAndStoreAsync(writers, person, "那日苏是谁呀");
            await SayAndStoreAsync(writers, person, "团课在哪");
        }

        await SettleAsync(writers);
        var page = await Desk.TextAsync(writers.Editor, Page);

        Assert.Contains("团课在哪", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("那日苏|买买提|很长", page);
        Assert.Equal(["团课在哪"], await writers.Bot.InDb(db => db.UnansweredTexts.Where(t => t.Text != null).Select(t => t.Text).ToListAsync())); // nor kept
    }

    [Fact]
    public async Task The_page_lists_and_the_job_looks_through_the_roster()
    {
        await using var writers = await Writers.StartAsync();
        foreach (var person in new[] { "o-1", "o-2", "o-3" })
        {
            await SayAndStoreAsync(writers, person, "团课在哪");
        }

        Assert.DoesNotContain("团课在哪", await Desk.TextAsync(writers.Editor, Page), StringComparison.Ordinal);
        await SettleAsync(writers);
        Assert.Contains("团课在哪", await Desk.TextAsync(writers.Editor, Page), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_fills_neither_the_day_nor_the_table()
    {
        await using var writers = await Writers.StartAsync();
        foreach (var i in Enumerable.Range(0, UnansweredCollector.MaxPerPerson + 5))
        {
            await writers.Bot.SayAsync("o-1", "怎么" + new string('呀', i + 1));
        }

        await SettledAsync(writers);
        Assert.Equal(UnansweredCollector.MaxPerPerson, await writers.Bot.InDb(db => db.UnansweredTexts.CountAsync()));

        var queue = writers.Bot.Services.GetRequiredService<WriteQueue>();
        var (writer, today) = (writers.Bot.Services.GetRequiredService<UnansweredWriter>(), ChinaTime.DateOf(writers.Bot.Clock.GetUtcNow()));
        await writers.Bot.InDb(async db =>
        {
            db.AddRange(Enumerable.Range(0, UnansweredWriter.MaxNewPerDay - UnansweredCollector.MaxPerPerson - 5).Select(i => new UnansweredText { Mark = BitConverter.GetBytes(i), FirstOn = today, LastOn = today, People = 1 }));
            await db.SaveChangesAsync();
        });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => queue.WriteAsync(writer, Said(writers, 1, "话" + i, today), default)));
        Assert.InRange(await writers.Bot.InDb(db => db.UnansweredTexts.CountAsync()), UnansweredWriter.MaxNewPerDay, UnansweredWriter.MaxNewPerDay + (writers.Bot.Provider == DatabaseProvider.Sqlite ? 0 : 45));
        Assert.True(await queue.WriteAsync(writer, new SaidText("话", BitConverter.GetBytes(0), 2, today), default)); // what is there is counted on
        Assert.True(await queue.WriteAsync(writer, Said(writers, 1, "明天的话", today.AddDays(1)), default));
    }

    [Fact]
    public async Task Marks_and_texts_are_forgotten_after_thirty_days()
    {
        await using var writers = await Writers.StartAsync();
        await SayAndStoreAsync(writers, "o-1", "团课在哪");
        await SayAndStoreAsync(writers, "o-2", "团费怎么交");
        writers.Bot.Clock.Now += TimeSpan.FromDays(20);
        await SayAndStoreAsync(writers, "o-3", "团费怎么交");
        writers.Bot.Clock.Now += TimeSpan.FromDays(11);

        await writers.Bot.DoAsync<UnansweredTexts, bool>(async texts =>
        {
            await texts.ForgetAsync(default);
            return true;
        });

        Assert.Equal([MarkOf(writers, "团费怎么交")], await writers.Bot.InDb(db => db.UnansweredTexts.Select(t => t.Mark).ToListAsync()));
        Assert.Equal(1, await writers.Bot.InDb(db => db.UnansweredMarks.CountAsync()));
    }

    [Fact]
    public async Task An_editor_makes_a_text_a_word_and_the_approver_decides()
    {
        await using var writers = await Writers.StartAsync();
        var id = await ShownAsync(writers, "团课在哪");
        Assert.Contains("请先选一个口令", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Propose", ("id", $"{id}"))), StringComparison.Ordinal);

        Assert.Equal("", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Propose", ("id", $"{id}"), ("command", "study"))));

        Assert.DoesNotContain("团课在哪", (await Branch.PageAsync(writers.Editor, Page)).QuerySelector("#texts")?.TextContent ?? "", StringComparison.Ordinal);
        Assert.Equal("", await writers.ApproveAsync("words:study"));
        Assert.Contains("没有正在进行的课", await writers.Bot.SayAsync("o-1", "团课在哪"), StringComparison.Ordinal);
        Assert.Contains("没有正在进行的课", await writers.Bot.SayAsync("o-1", "上课"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_dismissed_stays_away_and_an_approver_only_looks()
    {
        await using var writers = await Writers.StartAsync();
        var id = await ShownAsync(writers, "团课在哪");
        Assert.Contains("处理过了", await Writers.SaidAsync(await Desk.PostToAsync(writers.Approver, "/staff", Page + "?handler=Dismiss", ("id", $"{id}"))), StringComparison.Ordinal);

        await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Dismiss", ("id", $"{id}"));
        await SayAndStoreAsync(writers, "o-9", "团课在哪");

        Assert.DoesNotContain("团课在哪", await Desk.TextAsync(writers.Editor, Page), StringComparison.Ordinal);
        Assert.Null((await writers.Bot.InDb(db => db.UnansweredTexts.SingleAsync())).Text);
        Assert.Equal($"unanswered:{id}", await writers.Bot.InDb(db => db.AuditEntries.Where(a => a.Action == "unanswered.dismissed").Select(a => a.Subject).SingleAsync()));
    }

    [Fact]
    public async Task What_was_hidden_in_part_is_no_word()
    {
        await using var writers = await Writers.StartAsync();
        var id = await ShownAsync(writers, "电话 13800000000 打不通");

        Assert.Contains("隐去", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, Page, Page + "?handler=Propose", ("id", $"{id}"), ("command", "study"))), StringComparison.Ordinal);
    }

    private static Core.Content.ContentSet Content { get; } = new Core.Content.ContentLibrary(Path.Combine(AppContext.BaseDirectory, "Content")).Defaults;

    [Fact]
    public async Task A_fault_that_nobody_thought_of_costs_its_text_and_no_later_one()
    {
        await using var writers = await Writers.StartAsync();
        var services = writers.Bot.Services;
        var databases = new Databases(services.GetRequiredService<IDbContextFactory<BotDb>>()) { Fault = new FormatException("odd") };
        using var queue = new WriteQueue(databases, services.GetRequiredService<DatabaseOptions>(), NullLogger<WriteQueue>.Instance);
        await queue.StartAsync(default);
        var collector = ActivatorUtilities.CreateInstance<UnansweredCollector>(services, queue);
        for (var i = 0; i < 300; i++) // more than may wait together
        {
            collector.Note(i, "怎么补课");
        }

        await Eventually(() => databases.Asked >= 200 && queue.Depth == 0);
        databases.Fault = null;
        await Eventually(async () =>
        {
            collector.Note(1000, "团课在哪");
            return await writers.Bot.InDb(db => db.UnansweredTexts.AnyAsync());
        });

        await queue.StopAsync(default);
        Assert.Contains(MarkOf(writers, "团课在哪"), await writers.Bot.InDb(db => db.UnansweredTexts.Select(t => t.Mark).ToListAsync())); // one that was being written as the fault went may be there, too
    }

    private sealed class Databases(IDbContextFactory<BotDb> real) : IDbContextFactory<BotDb>
    {
        private int _asked;

        public Exception? Fault { get; set; }

        public int Asked => _asked;

        public BotDb CreateDbContext()
        {
            Interlocked.Increment(ref _asked);
            return Fault is { } fault ? throw fault : real.CreateDbContext();
        }
    }

    private static Task Eventually(Func<bool> holds) => Eventually(() => Task.FromResult(holds()));

    private static async Task Eventually(Func<Task<bool>> holds)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 200);
            await Task.Delay(25);
        }
    }

    private static async Task<int> ShownAsync(Writers writers, string text)
    {
        foreach (var person in new[] { "o-1", "o-2", "o-3" })
        {
            await SayAndStoreAsync(writers, person, text);
        }

        await SettleAsync(writers);
        return await writers.Bot.InDb(db => db.UnansweredTexts.Where(t => t.State == UnansweredState.Shown).Select(t => t.Id).SingleAsync());
    }

    /// <summary>As the job does every few minutes.</summary>
    private static Task<bool> SettleAsync(Writers writers)
        => writers.Bot.DoAsync<UnansweredTexts, bool>(async texts =>
        {
            await texts.SettleAsync(default);
            return true;
        });

    private static SaidText Said(Writers writers, int accountId, string text, DateOnly on) => SaidText.Of(writers.Bot.Services.GetRequiredService<Core.Privacy.Vault>(), accountId, text, on);

    private static byte[] MarkOf(Writers writers, string text) => Said(writers, 1, text, default).TextMark;

    private static async Task SayAndStoreAsync(Writers writers, string person, string text)
    {
        Assert.Matches("没学会|是想发", await writers.Bot.SayAsync(person, text));
        await SettledAsync(writers);
    }

    /// <summary>Texts go into the queue before the answer is given: what is written behind them is committed later.</summary>
    private static async Task SettledAsync(Writers writers)
    {
        var queue = writers.Bot.Services.GetRequiredService<WriteQueue>();
        for (var i = 0; i < 200 && (queue.Depth > 0 || i < 3); i++)
        {
            await Task.Delay(15);
        }
    }
}
