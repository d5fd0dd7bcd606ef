namespace Bot.Core.Roster;

/// <summary>Who writes to us: the ids of an <see cref="Account"/> row, and of the person behind it, who may be nameless.</summary>
public sealed record KnownAccount(int Id, int PersonId, int SessionEpoch, string AppId);
