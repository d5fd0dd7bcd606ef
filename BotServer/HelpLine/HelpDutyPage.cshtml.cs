using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>Who is there now and who is on duty when; whether an alert reaches their WeChat.</summary>
internal sealed class HelpDutyPageModel(CurrentStaff staff, HelpScope scope, HelpDuties duties, OrganisationTree tree, ContentLibrary content, TimeProvider clock) : HelpPageModel(staff, scope, content)
{
    public const string Path = Home + "/duty";

    /// <summary>As far ahead as the plan is shown.</summary>
    public const int Days = 14;

    public IReadOnlyList<HelpStaffRow> People { get; private set; } = [];

    public IReadOnlyList<HelpDutyRow> Plan { get; private set; } = [];

    /// <summary>Those that the viewer plans for.</summary>
    public IReadOnlyList<TreeNode> Areas { get; private set; } = [];

    public HelpDutyForm Form { get; private set; } = new(null, null, null, null, null, null, false);

    /// <summary>Topics of which nobody would be called.</summary>
    public IReadOnlyList<HelpTopic> Unreached { get; private set; } = [];

    public DateTimeOffset Now { get; } = clock.GetUtcNow();

    public DateOnly Today => ChinaTime.DateOf(Now);

    /// <summary>Nobody of the plan is there at this moment: a crisis would go to the whole team.</summary>
    public bool IsNobodyOnDuty => !Plan.Any(d => d.IsCalled && d.BeginsAt <= Now && d.EndsAt > Now);

    public async Task<IActionResult> OnGetAsync(string? done, CancellationToken ct)
    {
        Told = done switch { "added" => "排好了。", "removed" => "这一班去掉了。", "here" => "登记好了，你在值守。走的时候点“我要离开”，忘了点的 12 小时后自动算离开。", "away" => "已经登记离开。等着回答的求助放回“没人接的”。", _ => null };
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostAddAsync([FromForm] HelpDutyForm form, CancellationToken ct)
    {
        if (form is not { Who: { } who, Area: { } area, Day: { } day, From: { } from, To: { } to })
        {
            Problem = "请把人、地方、哪一天、从几点到几点都选好。";
        }
        else if ((await duties.AddAsync(Me, who, area, form.Topic, At(day, from), At(to > from ? day : day.AddDays(1), to), form.Supervises, ct)).IsRefused(out var refusal))
        {
            if (refusal.Kind == RefusalKind.NotFound)
            {
                return NotFound();
            }

            Refuse(refusal);
        }
        else
        {
            return Redirect(Path + "?done=added");
        }

        Form = form;
        return await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostRemoveAsync(int duty, CancellationToken ct)
    {
        if (!(await duties.RemoveAsync(Me, duty, ct)).IsRefused(out var refusal))
        {
            return Redirect(Path + "?done=removed");
        }

        Refuse(refusal);
        return refusal.Kind == RefusalKind.NotFound ? NotFound() : await ShowAsync(ct);
    }

    public async Task<IActionResult> OnPostPresenceAsync(bool here, CancellationToken ct)
    {
        await duties.SetPresenceAsync(Me, here, ct);
        return Redirect($"{Path}?done={(here ? "here" : "away")}");
    }

    private static DateTimeOffset At(DateOnly day, TimeOnly time) => ChinaTime.StartOf(day) + time.ToTimeSpan();

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        ModelState.Clear();
        People = await duties.StaffAsync(Me, ct);
        Plan = await duties.ListAsync(Me, Now, ChinaTime.StartOf(Today.AddDays(Days)), ct);
        Unreached = await duties.UnreachedAsync(Me, ct);
        Areas = await HelpAreas.SupervisedAsync(tree, Me, ct);
        return Page();
    }
}

/// <param name="Topic">Null for all.</param>
/// <param name="To">On the next day where it is not after <paramref name="From"/>.</param>
public sealed record HelpDutyForm(int? Who, int? Area, HelpTopic? Topic, DateOnly? Day, TimeOnly? From, TimeOnly? To, bool Supervises);
