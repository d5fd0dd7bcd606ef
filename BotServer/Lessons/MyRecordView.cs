namespace Bot.Server.Lessons;

public enum PeriodState
{
    /// <summary>已学.</summary>
    Done,

    /// <summary>补学.</summary>
    Late,

    /// <summary>Open now, not finished.</summary>
    Open,

    /// <summary>Closed and not finished: can be made up.</summary>
    Missed,
}

/// <summary>What one person has studied, as only that person sees it.</summary>
/// <param name="Waits">A wish to join lies with the branch secretary.</param>
/// <param name="Organisation">Null without a branch.</param>
/// <param name="Above">The branch's path without its own name.</param>
/// <param name="Season">Null when nothing has been published yet.</param>
/// <param name="Exempt">免学 in force or to come, as sentences.</param>
/// <param name="HasAppealed">In this moment.</param>
public sealed record MyRecordView(string? Name, bool Waits, string? Organisation, string? Above, int? Season, IReadOnlyList<PeriodView> Periods, IReadOnlyList<string> Exempt, bool HasAppealed)
{
    public required bool WantsPushes { get; init; }

    /// <summary>The wish about pushes was changed in this moment.</summary>
    public bool HasWished { get; init; }
}

/// <param name="Id"><c>season-period</c>.</param>
/// <param name="Note">When it was finished, or until when it can be.</param>
/// <param name="Receipt">As shown; null while not finished.</param>
public sealed record PeriodView(string Id, int Period, string Title, PeriodState State, string Note, string? Receipt)
{
    /// <summary>Where the last appeal about it stands, as a sentence; null without one.</summary>
    public string? Appeal { get; init; }

    /// <summary>No appeal about it waits.</summary>
    public bool MayAppeal { get; init; }
}
