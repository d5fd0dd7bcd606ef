namespace Bot.Core.Calendar;

/// <summary>What a piece is at an instant, as one word says it.</summary>
public enum PieceStage
{
    Draft,
    Submitted,
    Scheduled,
    Out,
    Closed,
    Withdrawn,
}

public static class PieceStages
{
    /// <summary>Out and closed follow from time; of a piece that is out and being changed, what is out counts.</summary>
    public static PieceStage StageAt(this Piece piece, DateTimeOffset now)
        => piece.IsClosedAt(now) ? PieceStage.Closed
            : piece.IsOutAt(now) ? PieceStage.Out
            : piece.State switch
            {
                PieceState.Approved => PieceStage.Scheduled,
                PieceState.Submitted => PieceStage.Submitted,
                PieceState.Withdrawn => PieceStage.Withdrawn,
                _ => PieceStage.Draft,
            };

    /// <summary>What is out, or was, is older than the newest version, which nobody has approved yet.</summary>
    public static bool HasUnapprovedChange(this Piece piece) => piece.OutVersion is { } version && version != piece.Version;
}
