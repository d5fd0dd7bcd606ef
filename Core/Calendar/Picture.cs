using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Calendar;

/// <summary>A picture that staff uploaded, without anything that a camera wrote into it. The same picture is stored once and never changes.</summary>
public sealed class Picture
{
    /// <summary>The first 128 bits of the bytes' SHA-256, hex, and the ending: what stands in addresses.</summary>
    public required string Name { get; init; }

    public required byte[] Bytes { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Login.</summary>
    public required string By { get; init; }

    /// <summary>When it was uploaded last.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class PictureTable : IEntityTypeConfiguration<Picture>
{
    public void Configure(EntityTypeBuilder<Picture> table)
    {
        table.HasKey(p => p.Name);
        table.HasIndex(p => new { p.By, p.At });
        table.HasIndex(p => p.At);
    }
}
