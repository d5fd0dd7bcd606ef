namespace Bot.Server.Privacy;

/// <summary>The privacy page of somebody signed in.</summary>
/// <param name="Stored">What is stored about this person now, in pairs of name and value.</param>
/// <param name="OpenCorrection">True while a correction asked for is not decided.</param>
public sealed record PrivacyView(IReadOnlyList<ConsentView> Consents, IReadOnlyList<StoredView> Stored, bool OpenCorrection);

/// <param name="Purpose">Key of the purpose.</param>
/// <param name="Title">What was agreed to.</param>
/// <param name="Loses">What ends when it is withdrawn.</param>
/// <param name="Given">When, for people.</param>
public sealed record ConsentView(string Purpose, string Title, string Loses, string Given);

public sealed record StoredView(string Name, string Value);
