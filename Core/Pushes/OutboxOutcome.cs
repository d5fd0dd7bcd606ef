using Bot.Core.WeChat;

namespace Bot.Core.Pushes;

/// <summary>What became of one try to send.</summary>
/// <param name="Again">With <see cref="OutboxState.Waiting"/>: when it is tried again.</param>
/// <param name="ErrCode">WeChat's, if it said one.</param>
/// <param name="Channel">Which way it was tried; null where it was not.</param>
/// <param name="WeChatId">Of a notification.</param>
/// <param name="IsUnfollowed">The person does not follow the account any more.</param>
/// <param name="Pause">Nothing else is to be sent before: WeChat refuses the account, not this message.</param>
internal readonly record struct OutboxOutcome(
    OutboxState State, DateTimeOffset? Again = null, int? ErrCode = null, string? Rid = null, OutboxChannel? Channel = null, string? WeChatId = null, bool IsUnfollowed = false,
    DateTimeOffset? Pause = null)
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OnceMended = TimeSpan.FromMinutes(10);

    /// <summary>After this, what cannot be sent for trouble with the account waits for the person's next message.</summary>
    private static readonly TimeSpan TriedFor = TimeSpan.FromDays(1);

    /// <summary>What comes of one call.</summary>
    /// <param name="call">Returns WeChat's id of the message, if there is one.</param>
    /// <param name="age">Since the message came to be.</param>
    public static async Task<OutboxOutcome> OfAsync(OutboxChannel channel, Func<Task<string?>> call, TimeSpan age, TimeProvider clock)
    {
        try
        {
            return new OutboxOutcome(OutboxState.Sent, Channel: channel, WeChatId: await call());
        }
        catch (WeChatException e)
        {
            return Of(e, age, clock.GetUtcNow()) with { Channel = channel };
        }
        catch (WeChatSilenceException e)
        {
            return Of(e, age, clock.GetUtcNow()) with { Channel = channel };
        }
    }

    /// <summary>
    /// What WeChat's refusal means. Nothing is repeated that could have arrived; what may not be sent is told with the next answer, which
    /// WeChat allows whatever it says of this.
    /// </summary>
    /// <param name="age">Since the message came to be.</param>
    /// <param name="now">UTC.</param>
    public static OutboxOutcome Of(WeChatException refused, TimeSpan age, DateTimeOffset now)
    {
        var outcome = refused switch
        {
            { Method: WeChatCalls.TokenMethod } => After(now + Soon),
            { Verdict.Effect: WeChatEffect.AddressInvalid } => new OutboxOutcome(OutboxState.Refused),
            { Verdict.Effect: WeChatEffect.Unfollowed } => new OutboxOutcome(OutboxState.Parked, IsUnfollowed: true),
            { Verdict.Retry: WeChatRetry.Soon } => new OutboxOutcome(OutboxState.Unknown),
            { Verdict.Retry: WeChatRetry.NextMinute } => After(now + Soon),
            { Verdict.Retry: WeChatRetry.NextDay } => After(ChinaTime.StartOf(ChinaTime.DateOf(now).AddDays(1))),
            { Verdict.Retry: WeChatRetry.ByHumanOnly or WeChatRetry.WithNewToken } => After(now + OnceMended),
            _ => new OutboxOutcome(OutboxState.Parked),
        };
        return outcome.Within(age) with { ErrCode = refused.Code, Rid = refused.Rid };
    }

    /// <summary>No answer came. Without a token nobody's message goes out.</summary>
    /// <inheritdoc cref="Of(WeChatException, TimeSpan, DateTimeOffset)"/>
    public static OutboxOutcome Of(WeChatSilenceException silence, TimeSpan age, DateTimeOffset now)
        => silence.MayHaveArrived ? new OutboxOutcome(OutboxState.Unknown)
            : (silence.Method == WeChatCalls.TokenMethod ? After(now + Soon) : new OutboxOutcome(OutboxState.Waiting, now + Soon)).Within(age);

    /// <summary>Something of ours failed before WeChat was asked.</summary>
    /// <inheritdoc cref="Of(WeChatException, TimeSpan, DateTimeOffset)"/>
    public static OutboxOutcome NotTried(TimeSpan age, DateTimeOffset now) => new OutboxOutcome(OutboxState.Waiting, now + OnceMended).Within(age);

    /// <summary>WeChat knows of no credit.</summary>
    public bool IsDenied => Effect == WeChatEffect.NoCredit;

    /// <summary>The account's calls of this kind are used up for now.</summary>
    public bool IsQuota => Effect == WeChatEffect.QuotaUsedUp;

    /// <summary>Everybody who is sent the same content would be refused: template, value, length or words.</summary>
    public bool IsForTheContent => Effect is WeChatEffect.WrongData or WeChatEffect.TooLong or WeChatEffect.Bug or WeChatEffect.ContentRefused;

    private WeChatEffect? Effect => ErrCode is { } code ? WeChatErrors.Of(code).Effect : null;

    private static OutboxOutcome After(DateTimeOffset instant) => new(OutboxState.Waiting, instant, Pause: instant);

    private OutboxOutcome Within(TimeSpan age) => State == OutboxState.Waiting && age > TriedFor ? this with { State = OutboxState.Parked } : this;
}
