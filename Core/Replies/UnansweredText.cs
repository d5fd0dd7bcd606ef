using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Replies;

public enum UnansweredState
{
    /// <summary>Said by fewer than three, or not looked at since.</summary>
    Collected,

    /// <summary>An editor decides.</summary>
    Shown,

    /// <summary>Somebody on the roster is called so: never shown.</summary>
    Name,

    /// <summary>An editor wants nothing of it.</summary>
    Dismissed,

    /// <summary>Proposed as a command's word.</summary>
    Proposed,
}

/// <summary>Something that people typed and no command answers; with nothing in it or beside it that tells of somebody, see <see cref="UnansweredMask"/>.</summary>
public sealed class UnansweredText
{
    public int Id { get; private set; }

    /// <summary>Keyed hash of the text, by which it is found again.</summary>
    public required byte[] Mark { get; init; }

    /// <summary>Up to 40 characters. Null until the third person says it, and again as soon as nobody is to read it.</summary>
    public string? Text { get; init; }

    /// <summary>In China.</summary>
    public required DateOnly FirstOn { get; init; }

    public required DateOnly LastOn { get; init; }

    /// <summary>Different people, 3 for three or more: it is not counted further.</summary>
    public required int People { get; init; }

    public UnansweredState State { get; init; }
}

/// <summary>That somebody has said a text, for two out of three people; gone with the third. Two bytes of a keyed hash, which many people share.</summary>
public sealed class UnansweredMark
{
    public required int TextId { get; init; }

    /// <summary>0–65535.</summary>
    public required int Mark { get; init; }

    /// <summary>In China.</summary>
    public required DateOnly SaidOn { get; init; }
}

internal sealed class UnansweredTextTable : IEntityTypeConfiguration<UnansweredText>
{
    public void Configure(EntityTypeBuilder<UnansweredText> table)
    {
        table.HasIndex(t => t.Mark).IsUnique();
        table.HasIndex(t => t.FirstOn);
    }
}

internal sealed class UnansweredMarkTable : IEntityTypeConfiguration<UnansweredMark>
{
    public void Configure(EntityTypeBuilder<UnansweredMark> table)
    {
        table.HasKey(m => new { m.TextId, m.Mark });
        table.HasOne<UnansweredText>().WithMany().HasForeignKey(m => m.TextId).OnDelete(DeleteBehavior.Cascade);
    }
}
