using System.ComponentModel.DataAnnotations;
using Bot.Core;
using Bot.Core.Roster;
using Bot.Core.WeChat;
using Bot.Server.Http;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Bot.Server.Entry;

/// <summary>Signing in from the mini program.</summary>
internal static class SessionEndpoints
{
    public static readonly Refusal CodeInvalid = new(RefusalKind.Forbidden, "code.invalid", "WeChat does not accept the login code.");
    public static readonly Refusal Off = new(RefusalKind.NotFound, "wechat.off", "No mini program is configured.");

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/api/v1/session").WithTags("Session");
        session.MapPost("", OpenAsync).Produces<AccessTokenResponse>().ProducesProblem(403).ProducesProblem(404);
        session.MapPost("/refresh", RefreshAsync).Produces<AccessTokenResponse>().ProducesProblem(401);
    }

    /// <summary>Exchanges the code of wx.login for an access and a refresh token.</summary>
    private static async Task<Results<SignInHttpResult, ProblemHttpResult>> OpenAsync(
        NewSession body, WeChatApi api, Accounts accounts, IOptions<WeChatOptions> options, CancellationToken ct)
    {
        if (!api.IsOn(WeChatAccount.Mini))
        {
            return Off.ToProblem();
        }

        string openId;
        try
        {
            openId = (await api.Mini.LoginAsync(body.Code, ct)).OpenId;
        }
        catch (WeChatException e) when (e.Verdict.Effect is WeChatEffect.LoginAgain or WeChatEffect.RiskyPerson)
        {
            return CodeInvalid.ToProblem();
        }

        var account = await accounts.FindOrAddAsync(options.Value.Mini.AppId, openId, ct);
        return TypedResults.SignIn(Sessions.Principal(account), authenticationScheme: Sessions.BearerScheme);
    }

    private static async Task<Results<SignInHttpResult, UnauthorizedHttpResult>> RefreshAsync(
        RefreshSession body, IOptionsMonitor<BearerTokenOptions> options, CurrentPerson person, TimeProvider clock, CancellationToken ct)
    {
        var ticket = options.Get(Sessions.BearerScheme).RefreshTokenProtector.Unprotect(body.RefreshToken);
        return ticket?.Properties.ExpiresUtc > clock.GetUtcNow() && await person.FindAsync(ticket.Principal, ct)
            ? TypedResults.SignIn(Sessions.Principal(person.Account), authenticationScheme: Sessions.BearerScheme)
            : TypedResults.Unauthorized();
    }
}

/// <param name="Code">From wx.login; five minutes, once.</param>
public sealed record NewSession([Required, StringLength(200, MinimumLength = 1)] string Code);

public sealed record RefreshSession([Required, StringLength(4000, MinimumLength = 1)] string RefreshToken);
