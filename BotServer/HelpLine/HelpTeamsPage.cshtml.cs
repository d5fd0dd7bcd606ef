using Bot.Core;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Core.Roster;
using Bot.Server.Staff;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>Who reads the cases of which topics where. Only who stands here reads anything.</summary>
internal sealed class HelpTeamsPageModel(CurrentStaff staff, HelpScope scope, HelpDuties duties, HelpTeams teams, HelpDoor door, OrganisationTree tree, ContentLibrary content) : HelpPageModel(staff, scope, content)
{
    public const string Path = Home + "/teams";

    private TreeSnapshot _tree = null!;

    public IReadOnlyList<HelpStaffRow> People { get; private set; } = [];

    public IReadOnlyList<TreeNode> Areas { get; private set; } = [];

    /// <summary>The person and the area whose topics are being chosen; null before that.</summary>
    public (HelpStaffRow Person, TreeNode Area, IReadOnlyCollection<HelpTopic> Topics)? Chosen { get; private set; }

    /// <summary>Topics that no counsellor reads for the whole tree: as long as there is one, the line stays closed.</summary>
    public IReadOnlyList<HelpTopic> Unread { get; private set; } = [];

    public string NameOf(int organisationId) => _tree.PathOf(organisationId)?.Split('/')[^1] ?? "已撤销的组织";

    public async Task<IActionResult> OnGetAsync(int? who, int? area, string? done, CancellationToken ct)
    {
        Told = done == "set" ? "改好了，马上生效。" : null;
        return await ShowAsync(who, area, ct);
    }

    public async Task<IActionResult> OnPostAsync(int who, int area, HelpTopic[]? topics, CancellationToken ct)
    {
        if (!(await teams.SetAsync(Me, who, area, topics ?? [], ct)).IsRefused(out var refusal))
        {
            return Redirect(Path + "?done=set");
        }

        Refuse(refusal);
        return refusal.Kind == RefusalKind.NotFound ? NotFound() : await ShowAsync(who, area, ct);
    }

    protected override bool May(HelpViewer me) => me.IsSupervisor;

    private async Task<IActionResult> ShowAsync(int? who, int? area, CancellationToken ct)
    {
        _tree = await tree.AllAsync(ct);
        People = await duties.StaffAsync(Me, ct);
        Areas = await HelpAreas.SupervisedAsync(tree, Me, ct);
        Unread = await door.UncoveredAsync(ct);
        if (People.FirstOrDefault(p => p.StaffId == who) is { } person && Areas.FirstOrDefault(a => a.Id == area) is { } place)
        {
            Chosen = (person, place, [.. person.Teams.Where(t => t.OrganisationId == place.Id).Select(t => t.Topic)]);
        }

        return Page();
    }
}
