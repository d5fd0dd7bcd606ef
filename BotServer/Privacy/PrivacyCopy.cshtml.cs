using System.Text.Json.Nodes;
using Bot.Core.Privacy;
using Bot.Server.Entry;
using Bot.Server.Youth;

namespace Bot.Server.Privacy;

/// <summary>Everything stored about the person who looks, readable on a phone.</summary>
internal sealed class PrivacyCopyModel(CurrentPerson me, PersonalCopy copy) : PersonPageModel(me)
{
    public JsonObject Copy { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken ct) => Copy = JsonNode.Parse(await copy.MakeAsync(Me.Account, ct))!.AsObject();
}
