using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Lessons;

/// <summary>As what a completion counts; settled at the lesson's closing instant, kept up to date until then.</summary>
public enum Standing
{
    /// <summary>In 已学, or in 补学 when late.</summary>
    Member = 0,

    /// <summary>免学 who studied all the same: in no figure.</summary>
    Exempt = 1,

    /// <summary>访客, the second number.</summary>
    Visitor = 2,

    /// <summary>The same person's second row after two accounts became one person: the receipt stays true, no figure holds it.</summary>
    Doubled = 3,
}

/// <summary>One person has studied one lesson. The unique index, not the code, makes it one row per pair.</summary>
public sealed class Completion
{
    public long Id { get; private set; }

    public required int LessonId { get; init; }

    public required int PersonId { get; set; }

    /// <summary>Where it counts.</summary>
    public required int OrganisationId { get; set; }

    public required Standing Standing { get; set; }

    /// <summary>True after the lesson closed (补学): kept for the person, outside the rate.</summary>
    public required bool Late { get; init; }

    /// <summary>UTC instant at which it was finished, milliseconds; a repeated finish does not move it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the receipt shows: 80 random bits as 16 letters, so that nobody can find others by counting.</summary>
    public required string Receipt { get; init; }
}

/// <summary>What completions add up to for one lesson at one organisation itself, its children not included.</summary>
public sealed class Tally
{
    public required int LessonId { get; init; }

    public required int OrganisationId { get; init; }

    public int Completed { get; set; }

    public int Late { get; set; }

    public int Visitors { get; set; }
}

internal sealed class CompletionTable : IEntityTypeConfiguration<Completion>
{
    public void Configure(EntityTypeBuilder<Completion> table)
    {
        table.HasIndex(c => new { c.LessonId, c.PersonId }).IsUnique();
        table.HasIndex(c => c.Receipt).IsUnique();
        table.HasIndex(c => c.PersonId);

        // A branch's visitors are few, and asked for by its secretary with every page; members' inserts do not touch it.
        table.HasIndex(c => new { c.OrganisationId, c.LessonId, c.PersonId }).HasFilter("standing = 2").HasDatabaseName("ix_completions_visitors");
    }
}

internal sealed class TallyTable : IEntityTypeConfiguration<Tally>
{
    public void Configure(EntityTypeBuilder<Tally> table)
        => table.HasKey(t => new { t.LessonId, t.OrganisationId });
}
