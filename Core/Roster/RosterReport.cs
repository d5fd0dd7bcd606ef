using System.Text.Json;
using Bot.Core.Privacy;

namespace Bot.Core.Roster;

/// <summary>What an importer, and nobody else, is shown of the own file; sealed in the import's row, so that every node can show it.</summary>
/// <param name="Faults">The first of them, by line; of the file's own words they hold those of its first line.</param>
public sealed record RosterReport(RosterPreview? Preview, IReadOnlyList<RosterFault> Faults)
{
    /// <summary>How long faults can be read.</summary>
    public static readonly TimeSpan ShownFor = TimeSpan.FromDays(1);

    private static readonly JsonSerializerOptions Json = new() { IncludeFields = true }; // a fault's values are tuples

    public static RosterReport Of(RosterFaultList faults) => new(null, [.. faults.First.OrderBy(f => f.Line)]);

    internal byte[] Seal(Vault vault) => vault.Seal(JsonSerializer.Serialize(this, Json));

    internal static RosterReport Open(Vault vault, byte[] sealedReport) => JsonSerializer.Deserialize<RosterReport>(vault.Open(sealedReport), Json)!;
}
