using System.Globalization;
using Bot.Core;
using Bot.Core.Content;
using Bot.Core.Entry;
using Bot.Core.Privacy;
using Bot.Core.Settings;
using Bot.Core.WeChat;
using Bot.Server.WeChat;

namespace Bot.Server.Privacy;

/// <summary>"隐私": what is stored and why, a copy, a correction, withdrawal, deletion.</summary>
internal sealed class PrivacyCommand(
    PrivacyNotice notice, Consents consents, Corrections corrections, Erasure erasure, EntryLinks links, SiteOptions site, ContentLibrary content) : IBotCommand
{
    /// <summary>Where a session shows the copy.</summary>
    public const string CopyPath = "/y/privacy/copy";

    private const string AtMenu = "menu";
    private const string AtCorrection = "correction";
    private const string AtWithdrawal = "withdrawal";
    private const string AtErasure = "erasure";

    public static string Name => "privacy";

    public Task<Answer> AnswerAsync(Asked asked, CancellationToken ct) => asked.Turn?.Step switch
    {
        AtCorrection => CorrectAsync(asked, asked.Words, ct),
        AtWithdrawal => WithdrawAsync(asked, ct),
        AtErasure => EraseAsync(asked, ct),
        Turn.Late => Task.FromResult(Say("privacy.nothing-waits", null)),
        _ => ChooseAsync(asked, ct),
    };

    private async Task<Answer> ChooseAsync(Asked asked, CancellationToken ct)
    {
        var (word, rest) = Spoken.Split(asked.Words);
        if (content.IsOneOf("words.copy", word))
        {
            return Say("privacy.copy", Next(AtMenu), ("link", links.To(CopyPath, asked.By.Id, asked.MessageKey)));
        }

        if (content.IsOneOf("words.correct", word))
        {
            return await corrections.RefusedAsync(asked.By, ct) is { } refused ? content.Refuse(refused)
                : rest.Length > 0 ? await CorrectAsync(asked, rest, ct)
                : Say("privacy.ask-correction", Next(AtCorrection));
        }

        if (content.IsOneOf("words.withdraw", word))
        {
            return (await consents.GivenAsync(asked.By.Id, ct)).Count == 0 ? content.Refuse(Consents.NotGiven) : Say("privacy.confirm-withdraw", Next(AtWithdrawal));
        }

        if (content.IsOneOf("words.erase", word))
        {
            return Say(await erasure.NeedsNumberAsync(asked.By.Id, ct) ? "privacy.confirm-erase-unproven" : "privacy.confirm-erase", Next(AtErasure));
        }

        return asked.Turn is null ? await MenuAsync(asked, ct) : Answer.NotMine;
    }

    private async Task<Answer> MenuAsync(Asked asked, CancellationToken ct)
    {
        var given = await consents.GivenAsync(asked.By.Id, ct);
        var lines = given.Select(c => content.Reply(
            "privacy.consented",
            ("at", ChinaTime.Say(c.GivenAt, asked.At)),
            ("purpose", notice.Find(c.Purpose)?.Title ?? c.Purpose),
            ("version", c.Version.ToString(CultureInfo.InvariantCulture))));
        var version = notice.Version.ToString(CultureInfo.InvariantCulture);
        var consented = given.Count == 0 ? content.Reply("privacy.no-consents") : string.Join('\n', lines);
        var menu = Say(
            "privacy.menu",
            Next(AtMenu),
            ("version", version),
            ("purposes", string.Join("\n\n", notice.Purposes.Select(p => content.Reply("privacy.purpose", ("title", p.Title), ("text", p.Text))))),
            ("consents", consented));
        return menu with { IfTooLong = Card(version, consented) };
    }

    private NewsReply Card(string version, string consented) => new(
        content.Reply("privacy.card", ("version", version)), content.Reply("privacy.card-text", ("consents", consented)), "", site.At(PrivacyPageModel.NoticePath));

    private async Task<Answer> CorrectAsync(Asked asked, string text, CancellationToken ct)
        => (await corrections.AskAsync(asked.By, text, asked.MessageKey, ct)).IsRefused(out var refusal)
            ? new Answer(content.Refuse(refusal), refusal == Corrections.WrongLength ? Next(AtCorrection) : null)
            : Say("privacy.correction-asked", null);

    private async Task<Answer> WithdrawAsync(Asked asked, CancellationToken ct)
    {
        if (!content.IsOneOf("words.confirm-withdraw", asked.Words))
        {
            return Say("privacy.not-confirmed", null);
        }

        return (await consents.WithdrawAsync(asked.By, PrivacyNotice.Roster, ct)).IsRefused(out var refusal) ? content.Refuse(refusal) : Say("privacy.withdrawn", null);
    }

    private async Task<Answer> EraseAsync(Asked asked, CancellationToken ct)
    {
        var (word, number) = Spoken.Split(asked.Words);
        if (!content.IsOneOf("words.confirm-erase", word))
        {
            return Say("privacy.not-confirmed", null);
        }

        return (await erasure.EraseAccountAsync(asked.By.Id, number.Length > 0 ? number : null, asked.MessageKey, ct)).IsRefused(out var refusal, out var erased)
            ? new Answer(content.Refuse(refusal), refusal == Erasure.WrongNumber ? Next(AtErasure) : null)
            : Say(erased == Erased.AccountOnly ? "privacy.erased-account" : "privacy.erased", null);
    }

    private Answer Say(string key, Turn? waits, params ReadOnlySpan<(string Name, string Value)> values) => new(Reply.Text(content.Reply(key, values)), waits);

    private static Turn Next(string step) => new("privacy", step, new Dictionary<string, string>(), TakesText: step == AtCorrection);
}
