using System.ComponentModel.DataAnnotations;

namespace Bot.Core.Privacy;

/// <summary>Section <c>Keys</c>.</summary>
public sealed class KeysOptions
{
    /// <summary>
    /// Folder of the key ring, readable by the service alone. Whoever has it and the database can read openids; whoever loses it
    /// can no longer reach anybody. Back it up apart from the database.
    /// </summary>
    [Required]
    public string Path { get; set; } = "data/keys";
}
