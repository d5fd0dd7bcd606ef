using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Bot.Core.HelpLine;
using Bot.Server.Entry;
using Bot.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.HelpLine;

/// <summary>The help line for the mini program: numbers for everybody, and a case for who is signed in. What is said is said in the official account's chat.</summary>
internal static class YouthHelpEndpoints
{
    public static void MapHelp(this IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/help", ReadAsync).WithTags("Help");
        var cases = app.MapGroup("/api/v1/help/cases").WithTags("Help").RequirePerson();
        cases.MapGet("/current", CurrentAsync);
        cases.MapPost("/", BeginAsync);
    }

    private static async Task<Ok<HelpLineBody>> ReadAsync(HelpPolicy policy, HelpDoor door, TimeProvider clock, CancellationToken ct)
        => TypedResults.Ok(new HelpLineBody(
            [.. policy.Numbers.Select(n => new HelpNumberBody(n.Number, n.Name, n.Hours))], await door.IsOpenAsync(ct), policy.IsOffice(clock.GetUtcNow()), policy.UsualDays, policy.MostDays));

    private static async Task<Results<Ok<HelpCaseBody>, NoContent>> CurrentAsync(CurrentPerson me, HelpWebStarts starts, CancellationToken ct)
        => await starts.FindAsync(me.Account, ct) is { } open ? TypedResults.Ok(new HelpCaseBody(open.Alias, Word(open.Topic), open.OpenedAt)) : TypedResults.NoContent();

    private static async Task<Results<Created<HelpCaseBody>, ProblemHttpResult>> BeginAsync(NewHelpCase body, CurrentPerson me, HelpWebStarts starts, CancellationToken ct)
        => (await starts.BeginAsync(me.Account, Read<HelpTopic>(body.Topic), Read<HelpUrgency>(body.Urgency), Read<HelpAge>(body.Age), body.Called, body.Key ?? RandomNumberGenerator.GetHexString(32, lowercase: true), ct)).IsRefused(out var refusal, out var begun)
            ? refusal.ToProblem()
            : TypedResults.Created("/api/v1/help/cases/current", new HelpCaseBody(begun.Alias, Word(begun.Topic), begun.OpenedAt));

    private static string Word(HelpTopic topic) => topic.ToString().ToLowerInvariant();

    /// <summary>What is not known is as if it were not said: nobody is turned away for a word.</summary>
    private static T? Read<T>(string? word)
        where T : struct, Enum
        => Enum.TryParse<T>(word, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
}

/// <param name="Hours">As people read it.</param>
public sealed record HelpNumberBody(string Number, string Name, string Hours);

/// <param name="Open">A counsellor can be talked to in the official account's chat.</param>
/// <param name="Office">Within office hours now.</param>
/// <param name="KeptDays">How long a case is usually kept after its end, in days.</param>
/// <param name="KeptDaysAtMost">In days.</param>
public sealed record HelpLineBody(IReadOnlyList<HelpNumberBody> Numbers, bool Open, bool Office, int KeptDays, int KeptDaysAtMost);

/// <param name="Alias">What the counsellors see.</param>
/// <param name="Topic">law, mind, rights, family, school, bullying, abuse or other.</param>
public sealed record HelpCaseBody(string Alias, string Topic, DateTimeOffset OpenedAt);

/// <param name="Topic">As in <see cref="HelpCaseBody"/>; null to say nothing, as the next two.</param>
/// <param name="Urgency">crisis, today, soon or calm.</param>
/// <param name="Age">under14, from14To17 or from18.</param>
/// <param name="Called">How the person wants to be called; up to 20 characters.</param>
/// <param name="Key">Made by the caller, up to 64 characters: a repeat begins nothing twice.</param>
public sealed record NewHelpCase(string? Topic, string? Urgency, string? Age, [MaxLength(20)] string? Called, [MaxLength(64)] string? Key);
