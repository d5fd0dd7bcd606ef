using System.Security.Cryptography;
using Bot.Core.Content;
using Bot.Core.HelpLine;
using Bot.Server.Entry;
using Bot.Server.Youth;
using Microsoft.AspNetCore.Mvc;

namespace Bot.Server.HelpLine;

/// <summary>The numbers first, for everybody; whoever came in by a link from the chat can begin a case here. Its title and its way out tell nobody what it is.</summary>
internal sealed class YouthHelpPageModel(CurrentPerson me, HelpPolicy policy, HelpDoor door, HelpWebStarts starts, ContentLibrary content) : PersonPageModel(me)
{
    public IReadOnlyList<HelpNumber> Numbers => policy.Numbers;

    public int Days => policy.UsualDays;

    /// <summary>A repeat of the form begins nothing twice.</summary>
    public string FormKey { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public bool IsOpen { get; private set; }

    public bool MayBegin => IsOpen && IsSignedIn;

    /// <summary>Of the person's open case; null for none.</summary>
    public string? Alias { get; private set; }

    public string? Problem { get; private set; }

    protected override bool NeedsPerson => false;

    public Task OnGetAsync(CancellationToken ct) => FillAsync(ct);

    public async Task<IActionResult> OnPostAsync(HelpTopic? topic, HelpUrgency? urgency, HelpAge? age, string? called, string? formKey, CancellationToken ct)
    {
        if (!IsSignedIn || formKey is not { Length: 32 })
        {
            return StatusCode(IsSignedIn ? StatusCodes.Status400BadRequest : StatusCodes.Status401Unauthorized);
        }

        if ((await starts.BeginAsync(Me.Account, topic, urgency, age, called, formKey, ct)).IsRefused(out var refusal))
        {
            Problem = content.Reply(refusal.Code);
            await FillAsync(ct);
            return Page();
        }

        return Redirect("/y/help");
    }

    private async Task FillAsync(CancellationToken ct)
    {
        IsOpen = await door.IsOpenAsync(ct);
        Alias = IsOpen && IsSignedIn ? (await starts.FindAsync(Me.Account, ct))?.Alias : null;
    }
}
