using System.ComponentModel.DataAnnotations;

namespace Bot.Core.Roster;

/// <summary>Section <c>Roster</c>.</summary>
public sealed class RosterOptions
{
    /// <summary>Largest file that the console takes, in units of 1024 × 1024 bytes; a million people are some 110.</summary>
    [Range(1, 2048)]
    public int MaxUploadMegabytes { get; set; } = 512;

    /// <summary>Folder for files while they are uploaded and read, nobody else's to look into. A relative one is taken from the working directory.</summary>
    [Required]
    public string UploadPath { get; set; } = "data/uploads";

    public long MaxUploadBytes => MaxUploadMegabytes * 1024L * 1024L;
}
