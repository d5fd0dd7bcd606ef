namespace Bot.Simulator.Platform;

/// <summary>A tag that the account puts on followers.</summary>
public sealed record Tag(int Id, string Name);
