using Bot.Core.Lessons;
using Bot.Core.Roster;

namespace Bot.Core.Pushes;

/// <summary>Makes statements of audiences, as the tree and the lessons are now.</summary>
public sealed class Audiences(OrganisationTree tree, LessonShelf shelf)
{
    internal async Task<Audience> OfAsync(int organisationId, PushAudience picked, CancellationToken ct)
    {
        var lesson = LessonId.TryParse(picked.Unstudied, null, out var id) ? await shelf.FindAsync(id, ct) : null;
        return Audience.Of(await tree.AllAsync(ct), organisationId, picked, lesson);
    }
}
