using Bot.Core.Content;
using Bot.Core.Roster;

namespace Bot.Server.Staff;

/// <summary>Asks for an organisation in two steps: what is typed is looked up, what is found is chosen.</summary>
internal static class PlaceForms
{
    /// <param name="searched">Null when nothing has been searched for yet.</param>
    /// <param name="except">Not offered.</param>
    public static PlaceAsked Ask(ContentLibrary content, TreeSnapshot tree, string label, string? searched, int except, int? chosen = null)
    {
        var places = string.IsNullOrWhiteSpace(searched) ? null : TransferPlaces.Find(tree, searched, except);
        var problem = searched is null ? null
            : places is null ? "transfer.place-missing"
            : places.AreMore ? "transfer.place-many"
            : places.Found.Count switch
            {
                0 => "transfer.place-unknown",
                1 => "transfer.place-check",
                _ => "transfer.place-several",
            };
        return new PlaceAsked(label, "写对方的加入码（8 位），或者组织名字里的几个字，再点“查找”。", searched, places, chosen, problem is null ? null : content.Reply(problem));
    }
}
