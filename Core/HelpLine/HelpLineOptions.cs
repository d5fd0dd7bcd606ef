using System.ComponentModel.DataAnnotations;

namespace Bot.Core.HelpLine;

/// <summary>Section <c>HelpLine</c>.</summary>
public sealed class HelpLineOptions : IValidatableObject
{
    /// <summary>Closed, 求助 answers with the telephone numbers alone; so it does, too, as long as nobody is a counsellor.</summary>
    public bool Open { get; set; }

    /// <summary>Folder of the cases' keys, shared by all nodes and in no backup of the database; empty for <c>help</c> in <c>Keys:Path</c>.</summary>
    public string KeysPath { get; set; } = "";

    /// <summary>Folder of sealed pictures and voices, shared by all nodes.</summary>
    [Required]
    public string MediaPath { get; set; } = "data/help-media";

    /// <summary>A text that tells of danger to life opens a case without asking; else it offers one.</summary>
    public bool OpensOnDanger { get; set; } = true;

    /// <summary>After so long without an acknowledgement the next on the plan for duties are alerted; 1–60 minutes.</summary>
    public TimeSpan NextAfter { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>After so long, counted from the alert, the supervisors are, and half-way between the two the team; more than <see cref="NextAfter"/>, 120 minutes at most.</summary>
    public TimeSpan SupervisorAfter { get; set; } = TimeSpan.FromMinutes(6);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (NextAfter < TimeSpan.FromMinutes(1) || NextAfter > TimeSpan.FromHours(1))
        {
            yield return new ValidationResult("must be between 00:01:00 and 01:00:00.", [nameof(NextAfter)]);
        }

        if (SupervisorAfter <= NextAfter || SupervisorAfter > TimeSpan.FromHours(2))
        {
            yield return new ValidationResult("must be longer than NextAfter and 02:00:00 at most.", [nameof(SupervisorAfter)]);
        }
    }
}
