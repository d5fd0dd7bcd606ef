using Bot.Core.Data;
using Microsoft.EntityFrameworkCore;

namespace Bot.Core.Roster;

/// <summary>Gives organisations other names, under which roster files may speak of them.</summary>
public sealed class OrganisationNames(BotDb db)
{
    public static readonly Refusal BadName = new(RefusalKind.Invalid, "alias.name", "A name has 1 to 60 characters, no / and no control characters.");
    public static readonly Refusal Taken = new(RefusalKind.Conflict, "alias.taken", "Beside it another organisation has this name.");

    /// <summary>The organisation may be called <paramref name="name"/>, too, beside its siblings. Once more changes nothing.</summary>
    public async Task<Result<bool>> AddAsync(int organisationId, string name, CancellationToken ct)
    {
        var key = Names.Key(name);
        if (key.Length == 0 || name.Length > RosterPaths.MaxPart || name.Any(c => c is '/' or '／' || char.IsControl(c)))
        {
            return BadName;
        }

        var parentId = await db.Organisations.Where(o => o.Id == organisationId).Select(o => o.ParentId).SingleAsync(ct);
        if (await db.Organisations.AnyAsync(o => o.ParentId == parentId && o.NameKey == key && o.Id != organisationId, ct))
        {
            return Taken;
        }

        db.Add(new OrganisationAlias { OrganisationId = organisationId, ParentId = parentId, NameKey = key });
        return await db.TrySaveNewAsync(ct)
            || await db.OrganisationAliases.AnyAsync(a => a.ParentId == parentId && a.NameKey == key && a.OrganisationId == organisationId, ct) ? true : Taken;
    }
}
