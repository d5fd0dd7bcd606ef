using System.ComponentModel.DataAnnotations;

namespace Bot.Server.Telemetry;

/// <summary>Section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions : IValidatableObject
{
    /// <summary>Where metrics go by OTLP over gRPC; empty sends none.</summary>
    public string OtlpEndpoint { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (OtlpEndpoint.Length > 0 && !Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out _))
        {
            yield return new ValidationResult("must be empty or an absolute address.", [nameof(OtlpEndpoint)]);
        }
    }
}
