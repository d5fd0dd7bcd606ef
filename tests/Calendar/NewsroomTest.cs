using Bot.Tests.Staff;
using Bot.Tests.Support;

namespace Bot.Tests.Calendar;

/// <summary>A bot with the roster of <see cref="Desk"/>, an editor and an approver of its root: what most tests of the calendar begin with.</summary>
public abstract class NewsroomTest : IAsyncLifetime
{
    protected BotUnderTest Site { get; private set; } = null!;

    /// <summary>Set again by whoever signs in again.</summary>
    protected Browser Editor { get; set; } = null!;

    /// <inheritdoc cref="Editor"/>
    protected Browser Approver { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Site = await Desk.StartAsync();
        await GivenAsync();
        Editor = await Newsroom.EditorAsync(Site);
        Approver = await Newsroom.ApproverAsync(Site);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Site.DisposeAsync();
    }

    /// <summary>What else is there from the start.</summary>
    protected virtual Task GivenAsync() => Task.CompletedTask;

    /// <summary>An article that two people agreed on.</summary>
    protected async Task<int> ApprovedAsync(string title, string organisation, string goesOut = "2026-11-19T08:00")
    {
        var id = await Newsroom.WriteAsync(
            Editor, "article", "submit", ("Title", title), ("Body", "正文。"), ("GoesOut", goesOut), ("OrganisationId", $"{await Desk.OrganisationAsync(Site, organisation)}"));
        await Newsroom.ApprovedAsync(Approver, id);
        return id;
    }

    /// <summary>A notice that two people agreed on.</summary>
    protected async Task<int> NoticeAsync(string title, string organisation)
    {
        var id = await Newsroom.WriteAsync(Editor, "notice", "submit", ("Title", title), ("OrganisationId", $"{await Desk.OrganisationAsync(Site, organisation)}"));
        await Newsroom.ApprovedAsync(Approver, id);
        return id;
    }
}
