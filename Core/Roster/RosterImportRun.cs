using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Roster;

/// <summary>Where an import stands.</summary>
public enum ImportState
{
    /// <summary>The file is read and compared with what is stored.</summary>
    Reading,

    /// <summary>Somebody looks at the preview and decides.</summary>
    Waiting,

    /// <summary>New rows are written ahead, invisible to everybody.</summary>
    Storing,

    /// <summary>Visible; what is left is tidying up.</summary>
    Committed,

    Done,

    /// <summary>The file had faults.</summary>
    Refused,

    /// <summary>By whoever had begun it.</summary>
    Cancelled,

    /// <summary>Failed, or its process ended.</summary>
    Broken,

    /// <summary>Whoever had begun it came with another file before deciding.</summary>
    Replaced,

    /// <summary>Nobody decided in time.</summary>
    Expired,
}

/// <summary>
/// One import of a roster file. Its new organisations and memberships carry its id and exist for nobody until <see cref="CommittedAt"/>
/// is set; those of an import that ended otherwise are removed by their id ranges.
/// </summary>
public sealed class RosterImportRun
{
    public int Id { get; private set; }

    public required DateTimeOffset At { get; init; }

    /// <summary>A staff login, or <c>operator</c>.</summary>
    public required string By { get; init; }

    public required string FileName { get; init; }

    public ImportState State { get; set; }

    /// <summary>0 to 1000, of the present state.</summary>
    public int Progress { get; set; }

    /// <summary>Last sign of life of the process that works on it.</summary>
    public required DateTimeOffset Heartbeat { get; set; }

    /// <summary>True for the one import that may write, else null: the unique index decides who that is.</summary>
    public bool? Writes { get; set; }

    /// <summary>When its rows came to be visible, all at once.</summary>
    public DateTimeOffset? CommittedAt { get; set; }

    /// <summary>What the person at the console has decided; null while it is open.</summary>
    public bool? Approved { get; set; }

    public int OrganisationsNew { get; set; }

    public int OrganisationsChanged { get; set; }

    public int PeopleNew { get; set; }

    public int PeopleChanged { get; set; }

    public int PeopleUnchanged { get; set; }

    public int PeopleMoved { get; set; }

    public int PeopleErased { get; set; }

    public int Ambiguous { get; set; }

    public int Faulty { get; set; }

    /// <summary>First of the ids kept for new organisations; 0 when there are none.</summary>
    public int FirstOrganisation { get; set; }

    public int FirstPerson { get; set; }

    public int FirstMembership { get; set; }

    /// <summary>How many ids were kept for organisations.</summary>
    public int OrganisationIds { get; set; }

    /// <summary>How many ids were kept for people, and as many for memberships.</summary>
    public int PersonIds { get; set; }

    /// <summary>
    /// What the importer is shown, a <see cref="RosterReport"/>: the preview's rows until the import has ended; where the file had faults,
    /// these alone, for a day.
    /// </summary>
    public byte[]? PreviewSealed { get; set; }

    /// <summary>Within whose subtrees it stays; none for an operator's, which may touch everything.</summary>
    public List<RosterImportTop> Tops { get; init; } = [];

    /// <summary>Null where it is for several subtrees, or for the whole tree.</summary>
    public int? OnlyTop => Tops is [var top] ? top.OrganisationId : null;

    internal static RosterImportRun Of(RosterOrder order, DateTimeOffset now) => new()
    {
        At = now,
        By = order.By,
        FileName = order.FileName,
        Heartbeat = now,
        Tops = [.. (order.Tops ?? []).Select(top => new RosterImportTop { OrganisationId = top })],
    };
}

/// <summary>An organisation for which the importer answers.</summary>
public sealed class RosterImportTop
{
    public int ImportId { get; init; }

    public required int OrganisationId { get; init; }
}

internal sealed class RosterImportRunTable : IEntityTypeConfiguration<RosterImportRun>
{
    public void Configure(EntityTypeBuilder<RosterImportRun> table)
    {
        table.ToTable("roster_imports");
        table.HasIndex(i => i.Writes).IsUnique();
    }
}

internal sealed class RosterImportTopTable : IEntityTypeConfiguration<RosterImportTop>
{
    public void Configure(EntityTypeBuilder<RosterImportTop> table)
    {
        table.ToTable("roster_import_tops");
        table.HasKey(t => new { t.ImportId, t.OrganisationId });
        table.HasOne<RosterImportRun>().WithMany(i => i.Tops).HasForeignKey(t => t.ImportId).OnDelete(DeleteBehavior.Cascade);
    }
}
