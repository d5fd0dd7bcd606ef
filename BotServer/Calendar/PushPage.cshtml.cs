using Bot.Core.Pushes;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.Calendar;

/// <summary>What a notification of a push opens; for everybody, once the push has started.</summary>
internal sealed class PushPageModel(CurrentPerson me, PublicPushes pushes, TimeProvider clock) : PersonPageModel(me)
{
    protected override bool NeedsPerson => false;

    public PushView Push { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken ct)
    {
        if (await pushes.FindAsync(id, ct) is not { } push)
        {
            return NotFound();
        }

        Push = PushView.Of(push.Title, push.Text, push.StartedAt, clock.GetUtcNow());
        return Page();
    }
}
