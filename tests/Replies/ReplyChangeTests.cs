using System.Net;
using Bot.Core.Content;
using Bot.Core.Replies;
using Bot.Tests.Roster;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Bot.Tests.Replies;

/// <summary>Two people change what the bot says.</summary>
public sealed class ReplyChangeTests
{
    private const string Thanks = "reply:thanks";

    [Fact]
    public async Task A_sentence_is_said_as_soon_as_somebody_else_has_approved_it()
    {
        await using var writers = await Writers.StartAsync();
        Assert.Equal("", await writers.ProposeAsync(Thanks, "哪里哪里！"));
        Assert.Contains("不客气", await writers.Bot.SayAsync("o-1", "谢谢"), StringComparison.Ordinal);

        Assert.Equal("", await writers.ApproveAsync(Thanks));

        Assert.Equal("哪里哪里！", await writers.Bot.SayAsync("o-1", "谢谢"));
        await writers.Bot.RestartAsync();
        Assert.Equal("哪里哪里！", await writers.Bot.SayAsync("o-1", "谢谢"));
        var audit = await writers.Bot.InDb(db => db.AuditEntries.Where(a => a.Action.StartsWith("reply.")).OrderBy(a => a.Id).Select(a => $"{a.Actor} {a.Action} {a.Subject.Substring(0, 17)}").ToListAsync());
        Assert.Equal(["editor reply.proposed text:reply:thanks", "approver reply.approved text:reply:thanks"], audit);
    }

    [Fact]
    public async Task Back_to_the_default_is_one_click_and_stands_in_the_history()
    {
        await using var writers = await Writers.StartAsync();
        await writers.SetAsync(Thanks, "哪里哪里！");

        await Desk.PostToAsync(writers.Editor, Writers.Edit(Thanks), Writers.Edit(Thanks) + "&handler=Reset");
        Assert.Equal("", await writers.ApproveAsync(Thanks));

        Assert.Contains("不客气", await writers.Bot.SayAsync("o-1", "谢谢"), StringComparison.Ordinal);
        var history = (await Branch.PageAsync(writers.Editor, Writers.Edit(Thanks))).GetElementById("history")!.TextContent;
        Assert.Contains("哪里哪里", history, StringComparison.Ordinal);
        Assert.Contains("恢复默认", history, StringComparison.Ordinal);
        Assert.Contains("approver 同意", history, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_approves_their_own_words_and_a_hash_of_something_else_approves_nothing()
    {
        await using var writers = await Writers.StartAsync();
        await Desk.RunAsync(writers.Bot, "staff", "add", "editor", "--role", "approver", "--under", "示例省");
        await writers.ProposeAsync(Thanks, "哪里哪里！");

        Assert.Contains("另一位审核人", await writers.ApproveAsync(Thanks, writers.Editor), StringComparison.Ordinal);
        Assert.Contains("已经有人处理过", await writers.ApproveAsync(Thanks, hash: ReplyChange.HashOf(Thanks, "别的话")), StringComparison.Ordinal);

        Assert.Contains("不客气", await writers.Bot.SayAsync("o-1", "谢谢"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Editors_do_not_decide_approvers_do_not_write_and_nobody_takes_back_what_another_proposed()
    {
        await using var writers = await Writers.StartAsync();
        var other = (await Desk.JoinAsync(writers.Bot, "other", "editor", "示例省")).Browser;
        Assert.Equal("NotFound", await Writers.SaidAsync(await Desk.PostToAsync(writers.Approver, "/staff", Writers.Edit(Thanks), ("text", "哪里哪里！"))));
        await writers.ProposeAsync(Thanks, "哪里哪里！");
        var id = (await writers.WaitingAsync(Thanks)).Id;

        Assert.Equal("NotFound", await writers.ApproveAsync(Thanks, other));
        Assert.Equal("NotFound", await Writers.SaidAsync(await Desk.PostToAsync(other, "/staff", Writers.Edit(Thanks) + "&handler=Withdraw", ("id", $"{id}"))));
        Assert.Equal("", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, "/staff", Writers.Edit(Thanks) + "&handler=Withdraw", ("id", $"{id}"))));
        Assert.Contains("已经有人处理过", await writers.ApproveAsync(Thanks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_declined_proposal_tells_its_editor_why_and_makes_room_for_the_next()
    {
        await using var writers = await Writers.StartAsync();
        await writers.ProposeAsync(Thanks, "哪里哪里！");
        Assert.Contains("等审核", await writers.ProposeAsync(Thanks, "别客气！"), StringComparison.Ordinal);
        var change = await writers.WaitingAsync(Thanks);

        await Desk.PostToAsync(writers.Approver, "/staff", Writers.Edit(Thanks) + "&handler=Decline", ("id", $"{change.Id}"), ("hash", change.Hash), ("reason", "太随便"));

        Assert.Contains("approver 没有同意", await Desk.TextAsync(writers.Editor, Writers.Edit(Thanks)), StringComparison.Ordinal);
        Assert.Contains("太随便", await Desk.TextAsync(writers.Editor, Writers.Edit(Thanks)), StringComparison.Ordinal);
        await writers.SetAsync(Thanks, "别客气！");
        Assert.Equal("别客气！", await writers.Bot.SayAsync("o-1", "谢谢"));
    }

    [Fact]
    public async Task Whoever_writes_over_what_was_changed_meanwhile_is_told_and_loses_nothing()
    {
        await using var writers = await Writers.StartAsync();
        var seen = (await Branch.PageAsync(writers.Editor, Writers.Edit(Thanks))).QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        await writers.SetAsync(Thanks, "哪里哪里！");

        var answer = await (await Desk.PostToAsync(writers.Editor, "/staff", Writers.Edit(Thanks), ("text", "我写了很久的话"), ("seen", seen))).Content.ReadAsStringAsync();

        Assert.Contains("有人改过这一条", answer, StringComparison.Ordinal);
        Assert.Contains("我写了很久的话</textarea>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_editors_propose_together_and_one_proposal_waits_twenty_approvers_decide_and_one_counts()
    {
        await using var writers = await Writers.StartAsync();
        var token = await Desk.TokenAsync(writers.Editor, Writers.Edit(Thanks));
        var proposed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Desk.SendFormAsync(
            writers.Editor, Writers.Edit(Thanks), ("text", $"第 {i} 种说法"), ("__RequestVerificationToken", token))));
        Assert.Single(proposed, a => a.StatusCode == HttpStatusCode.Found);
        var change = await writers.WaitingAsync(Thanks);

        token = await Desk.TokenAsync(writers.Approver, "/staff");
        var decided = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Desk.SendFormAsync(
            writers.Approver, Writers.Edit(Thanks) + "&handler=" + (i % 2 == 0 ? "Approve" : "Decline"),
            ("id", $"{change.Id}"), ("hash", change.Hash), ("__RequestVerificationToken", token))));

        Assert.Single(decided, a => a.StatusCode == HttpStatusCode.Found);
        Assert.Equal(1, await writers.Bot.InDb(db => db.AuditEntries.CountAsync(a => a.Action == "reply.approved" || a.Action == "reply.declined")));
    }

    /// <summary>The control arm: without the state in the statement every one of them would decide.</summary>
    [Fact]
    public async Task Without_the_guard_all_twenty_would_decide()
    {
        await using var writers = await Writers.StartAsync();
        await writers.ProposeAsync(Thanks, "哪里哪里！");
        var id = (await writers.WaitingAsync(Thanks)).Id;

        var decided = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => writers.Bot.InDb(db => db.ReplyChanges.Where(c => c.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.State, i % 2 == 0 ? ReplyChangeState.Approved : ReplyChangeState.Declined).SetProperty(c => c.DecidedBy, $"racer{i}"))))));

        Assert.Equal(20, decided.Sum());
    }

    /// <summary>The control arm: without the unique index more than one would wait.</summary>
    [Fact]
    public async Task Without_the_index_two_proposals_would_wait()
    {
        await using var writers = await Writers.StartAsync();
        await writers.Bot.InDb(db => db.Database.ExecuteSqlRawAsync("DROP INDEX ux_reply_changes_proposed"));

        await writers.ProposeAsync(Thanks, "哪里哪里！");
        await Desk.PostToAsync(writers.Editor, "/staff", Writers.Edit(Thanks), ("text", "别客气！"));

        Assert.Equal(2, await writers.Bot.InDb(db => db.ReplyChanges.CountAsync(c => c.State == ReplyChangeState.Proposed)));
    }

    [Fact]
    public async Task Of_two_commands_that_are_to_get_one_word_the_second_is_refused_at_its_approval()
    {
        await using var writers = await Writers.StartAsync();
        await writers.ProposeAsync("words:study", "学习\n打卡");
        await writers.ProposeAsync("words:record", "我的\n打卡");
        Assert.Equal("", await writers.ApproveAsync("words:study"));

        Assert.Contains("“打卡”已经是“学习”", await writers.ApproveAsync("words:record"), StringComparison.Ordinal);

        Assert.Contains("没有正在进行的课", await writers.Bot.SayAsync("o-1", "打卡"), StringComparison.Ordinal);
        Assert.Contains("没学会", await writers.Bot.SayAsync("o-1", "上课"), StringComparison.Ordinal); // its word no longer
    }

    [Fact]
    public async Task Another_node_says_it_within_two_seconds()
    {
        await using var writers = await Writers.StartAsync();

        // What another node does leaves nothing but rows.
        await writers.Bot.InDb(async db =>
        {
            db.Add(new ReplyChange { Key = Thanks, Text = "哪里哪里！", State = ReplyChangeState.Approved, ProposedBy = "a", ProposedAt = writers.Bot.Clock.GetUtcNow(), DecidedBy = "b", DecidedAt = writers.Bot.Clock.GetUtcNow() });
            await db.SaveChangesAsync();
            await db.Database.ExecuteSqlRawAsync("INSERT INTO installation_facts (name, value) VALUES ('replies.version', '1')");
        });

        await WaitAsync(async () => await writers.Bot.SayAsync("o-1", "谢谢") == "哪里哪里！");
    }

    [Fact]
    public async Task What_no_longer_fits_the_default_or_is_no_longer_anybodys_to_edit_is_not_said()
    {
        await using var writers = await Writers.StartAsync();
        await writers.Bot.InDb(async db =>
        {
            foreach (var (key, text) in new[] { ("reply:welcome.lesson", "没有花括号"), ("reply:help-line.soon", "没有电话"), ("reply:gone", "没有这一条"), ("words:help-line", "打卡") })
            {
                db.Add(new ReplyChange { Key = key, Text = text, State = ReplyChangeState.Approved, ProposedBy = "a", ProposedAt = writers.Bot.Clock.GetUtcNow() });
            }

            await db.SaveChangesAsync();
        });
        await writers.Bot.RestartAsync();

        Assert.Contains("12355 – ", await writers.Bot.SayAsync("o-1", "求助"), StringComparison.Ordinal);
        Assert.Contains("没学会", await writers.Bot.SayAsync("o-1", "打卡"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("menu", "[null]")]
    [InlineData("menu", "{")]
    [InlineData("words:study", "")]
    public async Task What_cannot_be_read_is_left_out_and_named_in_the_log_and_the_start_goes_on(string key, string text)
    {
        await using var writers = await Writers.StartAsync();
        await writers.Bot.InDb(async db =>
        {
            foreach (var (about, said) in new[] { (key, text), (Thanks, "哪里哪里！") })
            {
                db.Add(new ReplyChange { Key = about, Text = said, State = ReplyChangeState.Approved, ProposedBy = "a", ProposedAt = writers.Bot.Clock.GetUtcNow() });
            }

            await db.SaveChangesAsync();
        });
        await writers.Bot.RestartAsync();

        Assert.Equal("哪里哪里！", await writers.Bot.SayAsync("o-1", "谢谢"));
        Assert.Contains($"approved for {key} cannot be said", writers.Bot.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_word_of_another_command_takes_a_cry_from_the_help_line()
    {
        await using var writers = await Writers.StartAsync();
        Assert.Contains("有求助的话", await writers.ProposeAsync("words:study", "学习\n快求助我"), StringComparison.Ordinal);
        var library = writers.Bot.Services.GetRequiredService<ContentLibrary>();
        library.Overlay(library.Current.With([KeyValuePair.Create("words:study", "学习\n快求助我")])); // however it came there

        Assert.Contains("12355 – ", await writers.Bot.SayAsync("o-1", "快求助我"), StringComparison.Ordinal);
        Assert.Contains("没有正在进行的课", await writers.Bot.SayAsync("o-1", "学习"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_say_what_they_have_seen_decides_nothing()
    {
        await using var writers = await Writers.StartAsync();
        await writers.ProposeAsync(Thanks, "哪里哪里！");
        var id = (await writers.WaitingAsync(Thanks)).Id;

        foreach (var handler in new[] { "Approve", "Decline" })
        {
            Assert.Contains("已经有人处理过", await Writers.SaidAsync(await Desk.PostToAsync(writers.Approver, "/staff", Writers.Edit(Thanks) + "&handler=" + handler, ("id", $"{id}"))), StringComparison.Ordinal);
        }

        Assert.Equal(ReplyChangeState.Proposed, (await writers.WaitingAsync(Thanks)).State);
    }

    [Fact]
    public async Task A_sentence_that_shows_the_way_to_the_help_line_keeps_it()
    {
        await using var writers = await Writers.StartAsync();

        Assert.Contains("要留着“求助”", await writers.ProposeAsync("reply:not-understood", "没听懂，发学习吧。"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reply:words.help-end")]
    [InlineData("reply:help-line.soon")]
    [InlineData("words:help-line")]
    [InlineData("reply:join.consent")]
    [InlineData("reply:words.agree")]
    [InlineData("reply:join.guardian-needed")]
    [InlineData("reply:join.answer-please")]
    [InlineData("reply:privacy.erased")]
    public async Task Texts_of_safety_and_consent_are_shown_with_the_reason_why_they_stay(string key)
    {
        await using var writers = await Writers.StartAsync();

        var page = await Branch.PageAsync(writers.Editor, Writers.Edit(key));

        Assert.Null(page.QuerySelector("textarea"));
        Assert.Contains("工作台上不能改", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("不能在这里改", await Writers.SaidAsync(await Desk.PostToAsync(writers.Editor, "/staff", Writers.Edit(key), ("text", "别的话"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_finds_sentences_by_what_they_say_and_tells_what_waits()
    {
        await using var writers = await Writers.StartAsync();
        await writers.ProposeAsync(Thanks, "哪里哪里！");

        var found = await Branch.PageAsync(writers.Approver, Writers.Page + "?q=" + Uri.EscapeDataString("不客气"));

        Assert.Equal([Writers.Edit(Thanks)], found.QuerySelectorAll(".reply-lines a").Select(a => a.GetAttribute("href")));
        Assert.NotNull(found.QuerySelector($"#waiting a[href='{Writers.Edit(Thanks)}']"));
        Assert.Contains("没有找到", await Desk.TextAsync(writers.Approver, Writers.Page + "?q=zzzz"), StringComparison.Ordinal);
        var all = await Branch.PageAsync(writers.Approver, Writers.Page);
        Assert.Contains("隐私说明（第", all.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(all.QuerySelectorAll(".folds summary"), s => s.TextContent.Contains("其他", StringComparison.Ordinal));
    }

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 100 && !await holds(); i++)
        {
            await Task.Delay(50);
        }

        Assert.True(await holds());
    }
}
