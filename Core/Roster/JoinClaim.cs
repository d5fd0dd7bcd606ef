namespace Bot.Core.Roster;

/// <summary>What somebody says of themselves to join an organisation.</summary>
/// <param name="Number">团员编号 or the last four digits of the phone; null when the organisation's QR code was scanned, which takes its place.</param>
public sealed record JoinClaim(int OrganisationId, string Name, string? Number);

public enum JoinOutcome
{
    /// <summary>The account is bound to the roster row.</summary>
    Bound,

    /// <summary>A secretary decides.</summary>
    WithSecretary,
}

/// <summary>What one message has done.</summary>
/// <param name="Name">Null when it is not kept.</param>
public sealed record Joined(JoinOutcome Outcome, int OrganisationId, string? Name);
