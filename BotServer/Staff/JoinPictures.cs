using System.Globalization;
using System.Text;
using Bot.Core.Data;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.Pages;

namespace Bot.Server.Staff;

/// <param name="Until">After this WeChat no longer knows the picture.</param>
internal sealed record JoinPicture(QrDrawing Drawing, DateTimeOffset Until);

/// <summary>
/// QR codes of organisations: whoever scans one follows the account and is asked for the name. Temporary ones, because an account has
/// only 100,000 permanent ones; made at most once a day, so that a print is good for 29 days at least.
/// </summary>
internal sealed class JoinPictures(WeChatApi api, ISharedState state, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    public bool IsOn => api.IsOn(WeChatAccount.Mp);

    public async Task<JoinPicture> OfAsync(TreeNode organisation, CancellationToken ct)
    {
        var key = "join-picture:" + organisation.JoinCode;
        if (await state.GetAsync(key, ct) is { } kept)
        {
            return Read(Encoding.UTF8.GetString(kept));
        }

        var code = await api.Codes.CreateTemporaryAsync(JoinCodes.ScenePrefix + organisation.JoinCode, Lifetime, ct);
        var text = string.Create(CultureInfo.InvariantCulture, $"{(clock.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds()} {code.Url}");
        await state.SetAsync(key, Encoding.UTF8.GetBytes(text), KeptFor, ct);
        return Read(text);
    }

    private static JoinPicture Read(string text)
    {
        var parts = text.Split(' ', 2);
        return new JoinPicture(QrDrawing.Of(parts[1]), DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture)));
    }
}
