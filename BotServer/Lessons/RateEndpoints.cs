using Bot.Core;
using Bot.Core.Lessons;
using Bot.Core.Roster;
using Bot.Server.Entry;
using Bot.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bot.Server.Lessons;

/// <summary>The rate of the signed-in person's own organisation, from counters: counts, and none where a count would name somebody.</summary>
internal static class RateEndpoints
{
    public static readonly Refusal NoOrganisation = new(RefusalKind.NotFound, "rate.no-organisation", "The person belongs to no organisation.");

    public static void MapRates(this IEndpointRouteBuilder app)
    {
        var rates = app.MapGroup("/api/v1/rates").WithTags("Rates").RequirePerson();
        rates.MapGet("/current", CurrentAsync);
        rates.MapGet("/{id}", OfAsync);
    }

    private static async Task<Results<Ok<RateBody>, ProblemHttpResult>> CurrentAsync(
        CurrentPerson me, LessonPlan plan, Belongings belongings, FigureBoard board, CancellationToken ct)
        => (await plan.CurrentAsync(ct)).IsRefused(out var refusal, out var lesson) ? refusal.ToProblem() : await ReadAsync(lesson, me, belongings, board, ct);

    private static async Task<Results<Ok<RateBody>, ProblemHttpResult>> OfAsync(
        string id, CurrentPerson me, LessonShelf shelf, Belongings belongings, FigureBoard board, TimeProvider clock, CancellationToken ct)
        => LessonId.TryParse(id, null, out var lessonId) && await shelf.FindAsync(lessonId, ct) is { } lesson && lesson.OpensAt <= clock.GetUtcNow()
            ? await ReadAsync(lesson, me, belongings, board, ct)
            : Attempts.NotFound.ToProblem();

    private static async Task<Results<Ok<RateBody>, ProblemHttpResult>> ReadAsync(PublishedLesson lesson, CurrentPerson me, Belongings belongings, FigureBoard board, CancellationToken ct)
    {
        if ((await belongings.FindAsync(me.Account, ct)).OrganisationId is not { } id)
        {
            return NoOrganisation.ToProblem();
        }

        var read = await board.ReadAsync(lesson, ct);
        var figure = read.Figures.GetValueOrDefault(id);
        var isHidden = read.Hidden.Hides(id, []);
        return TypedResults.Ok(new RateBody(
            lesson.Id.ToString(), read.Period.Tree.Find(id)?.Name, read.At, read.Period.Freeze?.FrozenAt, figure.Members,
            isHidden ? null : figure.Exempt, isHidden ? null : figure.Completed, isHidden ? null : figure.Late, isHidden ? null : figure.Visitors, isHidden ? null : figure.Rate, isHidden,
            isHidden ? null : read.Period.Adjusted().GetValueOrDefault(id)));
    }
}

/// <param name="LessonId">season-period, such as 9-2.</param>
/// <param name="Organisation">The own one's name; null when it is newer than the lesson.</param>
/// <param name="FrozenAt">When a closed lesson's figures were settled; null before.</param>
/// <param name="Members">应学 and 免学 together.</param>
/// <param name="Exempt">Null when hidden, as the next four.</param>
/// <param name="Rate">completed ÷ (members − exempt), 0 to 1; null also when nobody is expected to study.</param>
/// <param name="Hidden">Too few people, or too few who are expected to study, for a figure that tells about nobody.</param>
/// <param name="Adjusted">How many dated adjustments since <paramref name="FrozenAt"/> the numbers hold; null when hidden.</param>
public sealed record RateBody(
    string LessonId, string? Organisation, DateTimeOffset AsOf, DateTimeOffset? FrozenAt, int Members, int? Exempt, int? Completed, int? Late, int? Visitors, double? Rate, bool Hidden, int? Adjusted);
