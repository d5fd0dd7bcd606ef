using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bot.Core.Settings;

/// <summary>A setting is missing, misspelt or out of range; the message names its key.</summary>
public sealed class SettingsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>One options class per section, read once at start, never changed afterwards.</summary>
public static class SettingsSetup
{
    /// <summary>Binds a section, refuses keys it does not know, checks annotations, registers the object itself.</summary>
    /// <exception cref="SettingsException">A key is unknown or its value cannot be used.</exception>
    public static TOptions AddSettings<TOptions>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        var options = Bind<TOptions>(configuration, section);
        services.AddSingleton(options);
        services.AddSingleton(Options.Create(options));
        return options;
    }

    private static TOptions Bind<TOptions>(IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        var options = new TOptions();
        try
        {
            configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            // The binder's message names the keys, and for a bad value the value's type; the value itself may be a secret.
            throw new SettingsException($"Section {section}: {FirstSentence(e)}", e);
        }

        var faults = new List<ValidationResult>();
        if (!Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true))
        {
            var lines = faults.Select(f => f.ErrorMessage!.StartsWith(section + ":", StringComparison.Ordinal)
                ? f.ErrorMessage
                : string.Join(", ", f.MemberNames.Select(m => $"{section}:{m}")) + ": " + f.ErrorMessage);
            throw new SettingsException(string.Join(Environment.NewLine, lines));
        }

        return options;
    }

    private static string FirstSentence(InvalidOperationException e)
        => e.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal)
            ? "the value of '" + e.Message.Split('\'').ElementAtOrDefault(3) + "' is not of its type."
            : e.Message;
}
