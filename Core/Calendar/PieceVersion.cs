using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Bot.Core.Calendar;

/// <summary>Everything that somebody typed when they saved a piece. Rows are only added; the database refuses anything else.</summary>
public sealed class PieceVersion
{
    public required int PieceId { get; init; }

    /// <summary>From 1 without gaps.</summary>
    public required int Version { get; init; }

    /// <summary>Login.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Title { get; init; }

    /// <summary>JSON of <see cref="PieceText"/>.</summary>
    public required string Text { get; init; }

    public PieceText Read() => PieceText.Read(Text);
}

internal sealed class PieceVersionTable : IEntityTypeConfiguration<PieceVersion>
{
    public void Configure(EntityTypeBuilder<PieceVersion> table)
    {
        table.HasKey(v => new { v.PieceId, v.Version });
        table.HasOne<Piece>().WithMany().HasForeignKey(v => v.PieceId).OnDelete(DeleteBehavior.Restrict);
    }
}
