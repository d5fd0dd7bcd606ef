using Bot.Core.Pushes;
using Bot.Server.Calendar;
using Bot.Tests.Calendar;
using Bot.Tests.Staff;
using Microsoft.EntityFrameworkCore;

namespace Bot.Tests.Pushes;

/// <summary>Counts of pushes tell about nobody in particular.</summary>
public sealed class SmallCountTests : PushTest
{
    [Theory]
    [InlineData("9 7", "9 7")]
    [InlineData("9 7 0", "9 7")]
    [InlineData("9 7 2", "9 其他 9")]
    [InlineData("9 2 3", "9 其他 5")]
    [InlineData("2 1 1", "")]
    [InlineData("4 6", "其他 10")]
    [InlineData("3", "")]
    public void Small_parts_are_joined_so_that_none_can_be_worked_out(string parts, string shown)
        => Assert.Equal(shown, string.Join(' ', FoldedCounts.Of(parts.Split(' ').Select((p, n) => ($"{n}", int.Parse(p, null))), "其他").Select(p => p.Name == "其他" ? $"其他 {p.Count}" : $"{p.Count}")));

    [Fact]
    public async Task The_preview_of_an_audience_joins_reasons_of_a_few()
    {
        await BindAsync((1, "一支部"), (2, "一支部"));

        var text = await ReachAsync();

        Assert.Contains("9 人", text, StringComparison.Ordinal);
        Assert.DoesNotContain("发得到 ", text, StringComparison.Ordinal); // two of nine
        Assert.DoesNotContain("绑定", text, StringComparison.Ordinal);
        Assert.Contains("其他：9", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_had_all_mass_messages_of_the_month_is_a_reason_in_the_preview()
    {
        await BindAsync((1, "一支部"), (2, "一支部"), (3, "一支部"), (4, "一支部"), (5, "一支部"), (6, "二支部"), (7, "二支部"), (8, "二支部"));
        await BindAsync((9, "三支部"));
        await HadAsync(4);

        Assert.Contains("这个月的群发已经收满 4 条，等对方发消息时随回复送达：9", await ReachAsync(("Form.Audience.ByMass", "true")), StringComparison.Ordinal);
        Assert.DoesNotContain("收满", await ReachAsync(("Form.Audience.ByMass", "true"), ("Form.GoesOut", "2026-12-02T12:00")), StringComparison.Ordinal);
        Assert.DoesNotContain("收满", await ReachAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_panel_of_a_push_joins_what_became_of_a_few_and_says_why_others_wait()
    {
        await BindAsync((1, "一支部"), (2, "一支部"), (3, "一支部"), (4, "一支部"), (5, "一支部"), (6, "二支部"), (7, "二支部"), (8, "二支部"));
        await BindAsync((9, "三支部"));
        var id = await StartedAsync();
        await SetAsync(OutboxState.Parked, OutboxChannel.Mass);
        await Site.InDb(db => db.Outbox.Where(m => m.Id <= db.Outbox.Min(o => o.Id) + 1).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, OutboxState.Refused).SetProperty(m => m.ErrCode, 40003)));

        var panel = (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).QuerySelector("#push")!;
        Assert.Equal(["收的人 9", "其他 9"], panel.QuerySelectorAll("dl div").Select(d => d.QuerySelector("dt")!.TextContent + " " + d.QuerySelector("dd")!.TextContent));
        Assert.DoesNotContain("不认识", panel.TextContent, StringComparison.Ordinal);

        await SetAsync(OutboxState.Parked, OutboxChannel.Mass);
        await Site.InDb(db => db.Outbox.ExecuteUpdateAsync(set => set.SetProperty(m => m.ErrCode, (int?)null)));
        Site.Clock.Now += TimeSpan.FromMinutes(5);
        Assert.Contains("群发已经收满 4 条", (await Newsroom.PageAsync(Editor, $"/staff/calendar/pieces/{id}")).QuerySelector("#push details")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>So many mass messages for everybody this month.</summary>
    private async Task HadAsync(int count)
    {
        var pieces = await GivenPiecesAsync(count, isApproved: false);
        var organisation = await Desk.OrganisationAsync(Site, Newsroom.Root);
        await Site.InDb(async db =>
        {
            var now = Site.Clock.GetUtcNow();
            foreach (var piece in pieces)
            {
                var push = new Push
                {
                    PieceId = piece,
                    Version = 1,
                    OrganisationId = organisation,
                    Title = "群发",
                    Text = Text,
                    Page = "/y/me",
                    ByMass = true,
                    StartedAt = now,
                    EndsAt = now.AddDays(1),
                    State = PushState.Done,
                };
                db.Add(push);
                await db.SaveChangesAsync();
                foreach (var account in await db.Accounts.Select(a => a.Id).ToListAsync())
                {
                    db.Add(new OutboxMessage { AccountId = account, Code = "push", PushId = push.Id, At = now, DueAt = now, TakenAt = now, MessageKey = $"push:{push.Id}", State = OutboxState.Sent, Channel = OutboxChannel.Mass });
                }

                await db.SaveChangesAsync();
            }
        });
    }

    private async Task<string> ReachAsync(params (string, string)[] fields)
    {
        var root = await Desk.OrganisationAsync(Site, Newsroom.Root);
        return await (await Desk.PostToAsync(Editor, "/staff/calendar/new?kind=push", "/staff/calendar?handler=Reach", [("OrganisationId", $"{root}"), .. fields])).Content.ReadAsStringAsync();
    }
}
